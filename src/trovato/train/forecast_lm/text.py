"""What a small language model reads of an item, and how explanations become its words.

Numbers are not spelled: a text names the signal whose number stands there, as `{trend.value}`, and
the number is put in afterwards. So the model can be wrong about words, never about digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trovato.core import Signal
from trovato.core.shapes import Float64
from trovato.generate.explanations import BUCKET_WORDS, SENTENCES, kinds_for
from trovato.ops.forecasting import WINDOW

PAD, SCORE, END = "<pad>", "<score>", "<end>"
_STEPS = 4  # of log(1 + count), in a unit
_LARGEST = 80
_TOKEN = re.compile(r"\{[\w.]+\}(?:'?s)?|[A-Za-z'-]+|\d+|[^\s\w]")
# What the model is to find out is not among what it reads.
_HIDDEN = frozenset({"forecast", "low", "high"})
_CITED = (
    *("forecast", "trend", "momentum", "excess", "burst", "autocorrelation"),
    *("age", "listed_age", "support"),
)
_BUCKETS = [(name, bucket) for name, bucket in BUCKET_WORDS if name not in _HIDDEN]


def vocabulary() -> list[str]:
    """All tokens, in a fixed order."""
    words = {
        token for sentences in SENTENCES.values() for text in sentences for token in split(text)
    }
    words |= {token for many in BUCKET_WORDS.values() for one in many for token in split(one)}
    read = [f"x{step}" for step in range(_LARGEST + 1)]
    read += [f"{name}={bucket}" for name, bucket in _BUCKETS]
    return [PAD, SCORE, END, *read, *sorted(words)]


def tokenizer() -> Any:
    """A tokenizer of whole words, of the library `tokenizers`."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    places = {word: at for at, word in enumerate(vocabulary())}
    made = Tokenizer(models.WordLevel(places, unk_token=PAD))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def split(text: str) -> list[str]:
    """Words, marks and slots of a text with slots."""
    return _TOKEN.findall(text)


def joined(tokens: Sequence[str]) -> str:
    """The text of tokens, spaced as sentences are."""
    text = " ".join(tokens)
    text = re.sub(r" ([.,;:)])", r"\1", text)
    return re.sub(r"([(]) ", r"\1", text)


def prompt(counts: Float64[np.ndarray, " bins"], signals: Sequence[Signal]) -> list[str]:
    """What the model reads: the newest counts in steps, and the buckets of the signals."""
    steps = np.minimum(np.round(np.log1p(counts[-WINDOW:]) * _STEPS), _LARGEST).astype(int)
    padding = ["x0"] * (WINDOW - len(steps))
    history = padding + [f"x{step}" for step in steps.tolist()]
    known = [f"{name}={bucket}" for name, bucket in read_buckets(signals)]
    return [*history, *known, SCORE]


def read_buckets(signals: Sequence[Signal]) -> list[tuple[str, str]]:
    """Signals that the model reads, each with the word of its bucket, in a fixed order."""
    buckets = {signal.name: signal.bucket for signal in signals}
    return [(name, bucket) for name, bucket in _BUCKETS if buckets.get(name) == bucket]


def teacher(signals: Mapping[str, Signal], random: np.random.Generator) -> list[str]:
    """An explanation as tokens, with slots for numbers and drawn words for buckets."""
    tokens: list[str] = []
    for kind in kinds_for(signals):
        sentence = SENTENCES[kind][int(random.integers(len(SENTENCES[kind])))]
        for token in split(sentence):
            name = token.strip("{}").removesuffix(".bucket")
            if token.endswith(".bucket}"):
                words = BUCKET_WORDS[name, signals[name].bucket]
                tokens += split(words[int(random.integers(len(words)))])
            else:
                tokens.append(token)
    return [*tokens, END]


def contradicted(signals: Mapping[str, Signal], random: np.random.Generator) -> dict[str, Signal]:
    """The same signals with one to three cited buckets wrong."""
    cited = [name for name in _CITED if name in signals and signals[name].bucket]
    wrong = dict(signals)
    for name in random.permutation(cited)[: int(random.integers(1, 4))].tolist():
        one = signals[name]
        others = [b for n, b in BUCKET_WORDS if n == name and b != one.bucket]
        bucket = others[int(random.integers(len(others)))]
        wrong[name] = Signal(one.name, one.value, one.unit, one.window, bucket, one.support)
    return wrong
