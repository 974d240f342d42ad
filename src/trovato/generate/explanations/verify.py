"""Reading the claims of an explanation back, and checking each against the signals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from trovato.core import Signal
from trovato.generate.explanations.compose import SLOT
from trovato.generate.explanations.wording import BUCKET_WORDS, SENTENCES, Wording
from trovato.retrieve.forecasts import shown

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LEAST_SIGNALS = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a sentence says of a signal.

    Parameters
    ----------
    signal
        Its name.
    part
        "value", "bucket" or "window".
    said
        The number as it stands there, or the bucket that the words mean.
    """

    signal: str
    part: str
    said: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of each sentence and claim.

    Parameters
    ----------
    claims
        All that could be read.
    wrong
        Those that the signals contradict, or say nothing of.
    unverifiable
        Sentences that no claim could be read from.
    """

    claims: tuple[Claim, ...]
    wrong: tuple[Claim, ...]
    unverifiable: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether all was read and is right, and at least two signals are cited with numbers."""
        cited = {claim.signal for claim in self.claims if claim.part == "value"}
        return not self.wrong and not self.unverifiable and len(cited) >= _LEAST_SIGNALS


def verify(text: str, signals: Sequence[Signal], wording: Wording = Wording()) -> Verification:
    """Check every claim of a text against the record of signals.

    A number is right when it is the signal's as that is shown, a word when it means its bucket.

    Parameters
    ----------
    text
        An explanation, by whomever.
    signals
        The record.
    wording
        What is counted.
    """
    by_name = {signal.name: signal for signal in signals}
    claims: list[Claim] = []
    unverifiable: list[str] = []
    for sentence in filter(None, _SENTENCE_END.split(text.strip())):
        found = parse_sentence(sentence, wording)
        if found is None:
            unverifiable.append(sentence)
        else:
            claims.extend(found)
    wrong = tuple(claim for claim in claims if not _holds(claim, by_name.get(claim.signal)))
    return Verification(tuple(claims), wrong, tuple(unverifiable))


def parse_sentence(sentence: str, wording: Wording = Wording()) -> tuple[Claim, ...] | None:
    """The claims of one sentence; None where it is none of those that can be checked."""
    sentence = wording.plural(sentence)
    for pattern, slots in _patterns(wording):
        found = pattern.fullmatch(sentence)
        if found is not None:
            return tuple(
                Claim(name, part, _MEANINGS[name, said] if part == "bucket" else said)
                for (name, part), said in zip(slots, found.groups(), strict=True)
            )
    return None


def _holds(claim: Claim, signal: Signal | None) -> bool:
    if signal is None:
        return False
    if claim.part == "bucket":
        return claim.said == signal.bucket
    if claim.part == "window":
        return claim.said == str(signal.window)
    return claim.said == shown(signal.value, signal.unit)


# A word means one bucket of a signal, and no more.
_MEANINGS = {
    (name, word): bucket for (name, bucket), words in BUCKET_WORDS.items() for word in words
}


@lru_cache(maxsize=16)
def _patterns(
    wording: Wording,
) -> tuple[tuple[re.Pattern[str], tuple[tuple[str, str], ...]], ...]:
    found = []
    for sentences in SENTENCES.values():
        for sentence in sentences:
            pattern, slots, end = "", [], 0
            for slot in SLOT.finditer(sentence):
                pattern += re.escape(sentence[end : slot.start()])
                end = slot.end()
                if slot[2] is None:
                    pattern += re.escape(getattr(wording, slot[1]))
                else:
                    slots.append((slot[1], slot[2]))
                    pattern += f"({_words(slot[1]) if slot[2] == 'bucket' else _NUMBER})"
            found.append((re.compile(pattern + re.escape(sentence[end:])), tuple(slots)))
    return tuple(found)


def _words(name: str) -> str:
    words = [word for signal, word in _MEANINGS if signal == name]
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
