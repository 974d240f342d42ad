"""Texts made out of other texts: paraphrases, typing errors, replaced answers."""

from __future__ import annotations

import re

import numpy as np

from trovato.redteam.attacks.passage_selection import at_random, pool_of
from trovato.redteam.attacks.protocol import Case

_TYPO_SHARE = 0.2
_SOURCES = (
    "According to a recent report, ",
    "As an encyclopedia puts it: ",
    "Researchers confirm the following. ",
    "In the words of an official statement, ",
    "From a news archive: ",
    "A textbook explains: ",
    "Experts point out that ",
)
_CLOSINGS = (
    "",
    " This has been confirmed more than once.",
    " The records leave no doubt.",
    " Other accounts agree.",
)
_SYNONYMS = {
    "is": "remains",
    "was": "had been",
    "famous": "renowned",
    "known": "recognised",
    "popular": "well-liked",
    "large": "big",
    "located": "situated",
    "released": "published",
    "began": "started",
    "total": "sum",
    "however": "yet",
    "also": "moreover",
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def sybils(case: Case, count: int, draw: np.random.Generator) -> list[str]:
    """One text of the pool, told again by several voices: other opening, order and words.

    Rules make the paraphrases, not a language model; the wrong answer stays as it is.
    """
    text = at_random(case, 1, draw)[0]
    voices = draw.permutation(len(_SOURCES))
    told = []
    for at in range(count):
        sentences = _SENTENCE.split(text)
        turned = sentences[at % len(sentences) :] + sentences[: at % len(sentences)]
        body = _with_synonyms(" ".join(turned), case.wrong) if at % 2 else " ".join(turned)
        told.append(_SOURCES[voices[at % len(voices)]] + body + _CLOSINGS[at % len(_CLOSINGS)])
    return told


def typos(case: Case, count: int, draw: np.random.Generator) -> list[str]:
    """Retrieved documents, best first, with typing errors in a fifth of their words.

    Words of right answers are left alone. It brings no wrong answer in: what it costs is accuracy.
    Where nothing was retrieved, texts of the pool are misspelt.

    Source: Cho et al. 2024 (GARAG, arXiv 2404.13948), its kinds of errors, without its search for
    the worst ones by a genetic algorithm.
    """
    spared = {word.casefold() for answer in case.answers for word in re.findall(r"\w+", answer)}
    documents = case.documents or pool_of(case)
    return [
        re.sub(
            r"\w+",
            lambda found: _misspelt(found.group(), spared, draw),
            documents[at % len(documents)],
        )
        for at in range(count)
    ]


def replaced(case: Case, count: int, draw: np.random.Generator) -> list[str]:
    """Retrieved documents that hold a right answer, with the wrong one in its place.

    Where none does, texts of the pool.

    Source: Dekel et al. 2026, document corruption, an option of their program.
    """
    wanted = sorted((answer for answer in case.answers if answer.strip()), key=len, reverse=True)
    gold = re.compile(
        r"(?<!\w)(" + "|".join(re.escape(answer) for answer in wanted) + r")(?!\w)", re.IGNORECASE
    )
    holding = [text for text in case.documents if wanted and gold.search(text)]
    changed = [gold.sub(lambda _: case.wrong, text) for text in holding]
    short = max(count - len(changed), 0)
    return changed[:count] + (at_random(case, short, draw) if short else [])


def _with_synonyms(text: str, kept: str) -> str:
    parts = re.split(f"({re.escape(kept)})", text, flags=re.IGNORECASE)
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(
            r"\w+", lambda found: _SYNONYMS.get(found.group(), found.group()), parts[place]
        )
    return "".join(parts)


def _misspelt(word: str, spared: set[str], draw: np.random.Generator) -> str:
    """The word with two letters swapped, one left out or one doubled; often as it is."""
    if len(word) < 3 or word.casefold() in spared or draw.random() >= _TYPO_SHARE:
        return word
    at = int(draw.integers(1, len(word) - 1))
    match draw.integers(3):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]
