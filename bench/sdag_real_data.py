"""Questions with a clean set of documents, and with one poisoned document in it.

Made from PoisonedRAG's questions about Natural Questions, whose adversarial texts become honest
where the wrong answer in them is replaced by the right one, and from MuSiQue's steps, each of which
one paragraph answers. Other documents are what a collection finds for the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

from extractive import kinds
from trovato.core import Item, Query, generator
from trovato.data.datasets.attack_targets import Target
from trovato.data.datasets.poisoned_rag import read_poisoned_rag
from trovato.evaluate import is_accurate, is_attacked
from trovato.library import Library
from trovato.redteam import with_wrong_answers
from trovato.redteam.attacks import Case, attacks

K = 5
SEED = 0


@dataclass(frozen=True)
class Trial:
    """A question, its answers, and the documents by condition: clean, first, last, drawn."""

    set: str
    target: Target
    documents: dict[str, list[Item]]


def trials(library: Library, folder: Path) -> Iterator[Trial]:
    """All questions of both sets in turn, each set in a drawn order: every prefix is balanced."""
    nq = _drawn(list(read_poisoned_rag(folder / "poisoning" / "nq.json")), "nq")
    found = kinds(folder / "multihop")
    steps = with_wrong_answers(
        [
            Target(f"{kind} {number}", asked.question, asked.answers)
            for kind in ("first step", "later step")
            for number, asked in enumerate(found[kind])
        ]
    )
    sets = (
        (trial for target in nq if (trial := _from_nq(library, target))),
        (_from_musique(library, target) for target in _drawn(steps, "musique")),
    )
    for pair in zip_longest(*sets):
        yield from (trial for trial in pair if trial)


def _drawn(targets: list[Target], name: str) -> list[Target]:
    return [targets[at] for at in generator(SEED, f"order {name}").permutation(len(targets))]


def _from_nq(library: Library, target: Target) -> Trial | None:
    """Two honest documents, three others, and a poisoned one; None where the texts do not allow."""
    right, wrong = target.answers[0], target.wrong
    if right.casefold() in ("yes", "no") or _holds(right, wrong) or _holds(wrong, right):
        return None
    draw = generator(SEED, f"texts {target.id}")
    texts = [target.poisons[at] for at in draw.permutation(len(target.poisons))]
    poison = next((text for text in texts if _holds(text, wrong, right)), None)
    changed = [
        re.sub(re.escape(wrong), lambda _: right, text, flags=re.IGNORECASE)
        for text in texts
        if text != poison
    ]
    honest = [text for text in changed if _holds(text, right, wrong)][:2]
    if poison is None or len(honest) < 2:
        return None
    others = (item for item in _found(library, target) if not _holds(item.text, right))
    documents = [
        *(Item(f"nq-{target.id}-{at}", "text", text) for at, text in enumerate(honest)),
        *islice((item for item in others if not _holds(item.text, wrong)), K - 2),
    ]
    # The last gives way to poison, and is none of the honest ones.
    order = [*draw.permutation(K - 1).tolist(), K - 1]
    text = f"{target.question.rstrip('. ')}. {poison}"
    return Trial("nq", target, _conditions(target, [documents[at] for at in order], text))


def _from_musique(library: Library, target: Target) -> Trial:
    documents = list(islice(_found(library, target), K))
    case = Case(target.id, target.question, target.answers, target.wrong)
    [poison] = attacks(library.encoder)["prefix"].poison(case, 1, SEED)
    return Trial("musique", target, _conditions(target, documents, poison.text))


def _conditions(target: Target, documents: list[Item], poison: str) -> dict[str, list[Item]]:
    """Poison takes the place of the last document; it stands first, last, or at a drawn place."""
    bad, kept = Item(f"poison-{target.id}", "poison", poison), documents[: K - 1]
    place = int(generator(SEED, f"places {target.id}").integers(K))
    return {
        "clean": documents,
        "first": [bad, *kept],
        "last": [*kept, bad],
        "drawn": [*kept[:place], bad, *kept[place:]],
    }


def _found(library: Library, target: Target) -> Iterator[Item]:
    reader = library.collection.reader()
    for row in library.retriever("hybrid").scores(Query(target.question), 40):
        yield reader.item(row)


def _holds(text: str, answer: str, other: str = "") -> bool:
    return is_accurate(text, [answer]) and not (other and is_attacked(text, other))
