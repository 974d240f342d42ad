"""Attacks against defences, in sets and in collections: who gets his answer through."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from trovato.core import Answerer, InvalidInputError, Item, Query, generator
from trovato.data.formats.targets import Target
from trovato.evaluate import bearing, is_accurate, is_attacked, normalise_answer
from trovato.generate.attacks import Attack, Case
from trovato.systems.find_page import Library, Mode
from trovato.systems.sdag.overlay import poisoned
from trovato.systems.sdag.trials import Cell, Journal, Place, Trial

_POISON = "redteam-poison"  # kind of a poisoned item, and how its id begins
# Deep enough to fill a set again from which documents with a right answer were taken.
_DEPTH = 100


def _unheard(_done: int, _total: int) -> None:
    """A listener that does nothing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """How an attack meets the reader.

    Parameters
    ----------
    places
        Where poison is put.
    counts
        Numbers of poisoned documents for each question.
    k
        Documents that a defence reads, the poisoned ones included.
    mode
        How the collection is searched.
    seed
        Of the attacks' draws.
    """

    places: tuple[Place, ...] = ("in-set", "in-corpus")
    counts: tuple[int, ...] = (1,)
    k: int = 5
    mode: Mode = "hybrid"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.k < 1 or not self.counts or not all(1 <= n <= self.k for n in self.counts):
            raise InvalidInputError(
                f"numbers of poisoned documents lie between 1 and k, got {self.counts} and "
                f"k = {self.k}"
            )


def with_wrong_answers(targets: Sequence[Target]) -> list[Target]:
    """Give each question that has none a wrong answer: the first one of the next question.

    Passed over are those that hold a right answer or are held by one, as neither measure could tell
    them apart.

    Raises
    ------
    InvalidInputError
        If no other question's answer will do.
    """
    return [
        target if target.wrong else replace(target, wrong=_other_answer(targets, place))
        for place, target in enumerate(targets)
    ]


def run_red_team(
    library: Library,
    targets: Sequence[Target],
    attacks: Sequence[Attack],
    defences: Sequence[Answerer],
    scene: Scene = Scene(),
    *,
    journal: Path | None = None,
    model: str = "",
    listener: Callable[[int, int], None] = _unheard,
) -> dict[Cell, tuple[Trial, ...]]:
    """Answer every question under every attack with every defence, and without any attack.

    The library is only read: in-corpus poison is indexed in a temporary copy, all questions' poison
    of one attack at once. In-set poison takes the places of the documents that rank lowest; a
    single one stands last, next to the question, several at drawn places (Dekel et al. 2026).

    Parameters
    ----------
    library
        What is searched.
    targets
        Questions with a wrong answer each (`with_wrong_answers`).
    attacks, defences
        Each with a name of its own.
    scene
        Places, counts, and how documents are found.
    journal
        File of finished cells; a run that was cut off goes on from it.
    model
        Names what the defences answer with; a journal of another model is refused.
    listener
        Called with the number of cells done and of all.

    Raises
    ------
    InvalidInputError
        If there are no questions, names repeat, or the journal is of another run.
    """
    names = [*(attack.name for attack in attacks), *(defence.name for defence in defences)]
    if not targets or len(set(names)) < len(names):
        raise InvalidInputError(
            f"wanted questions, and attacks and defences with a name each; got {len(targets)} "
            f"questions and {names}"
        )
    kept = Journal(journal, _settings(library, targets, scene, model))
    battles: list[tuple[Place, Attack | None, int]] = [
        ("clean", None, 0),
        *((place, attack, n) for place in scene.places for attack in attacks for n in scene.counts),
    ]
    total = len(battles) * len(defences)
    retrieved = _retrieve(library, targets, scene.mode, _depth(attacks, scene))
    found: dict[Cell, tuple[Trial, ...]] = {}
    for place, attack, count in battles:
        cells = {
            Cell(place, attack.name if attack else "", count, defence.name): defence
            for defence in defences
        }
        if cells.keys() - kept.cells.keys():
            with _sets(library, targets, retrieved, place, attack, count, scene) as sets:
                for cell, defence in cells.items():
                    if cell not in kept.cells:
                        pairs = zip(targets, sets, strict=True)
                        trials = tuple(_trial(target, items, defence) for target, items in pairs)
                        kept.add(cell, trials)
                    found[cell] = kept.cells[cell]
                    listener(len(found), total)
        found |= {cell: kept.cells[cell] for cell in cells}
    return found


@contextmanager
def _sets(
    library: Library,
    targets: Sequence[Target],
    retrieved: Sequence[Sequence[Item]],
    place: Place,
    attack: Attack | None,
    count: int,
    scene: Scene,
) -> Iterator[list[list[Item]]]:
    """The documents that each question is answered from."""
    if attack is None:
        yield [list(items[: scene.k]) for items in retrieved]
        return
    benign = [
        [item for item in items if not (attack.without_gold and _is_gold(item, target))]
        for target, items in zip(targets, retrieved, strict=True)
    ]
    poison = [
        _poison(attack, target, items[: scene.k], count, scene.seed)
        for target, items in zip(targets, benign, strict=True)
    ]
    if place == "in-set":
        yield [
            _placed(items[: scene.k - count], added, target, scene.seed)
            for target, items, added in zip(targets, benign, poison, strict=True)
        ]
        return
    with poisoned(library, [item for items in poison for item in items]) as both:
        yield [
            [
                item
                for item in items
                if item.kind == _POISON or not (attack.without_gold and _is_gold(item, target))
            ][: scene.k]
            for target, items in zip(
                targets, _retrieve(both, targets, scene.mode, _depth([attack], scene)), strict=True
            )
        ]


def _retrieve(
    library: Library, targets: Sequence[Target], mode: Mode, depth: int
) -> list[list[Item]]:
    """Items for each question, best first."""
    retriever = library.retriever(mode)
    reader = library.collection.reader()
    return [
        [reader.item(row) for row in retriever.scores(Query(target.question), depth)]
        for target in targets
    ]


def _depth(attacks: Sequence[Attack], scene: Scene) -> int:
    return _DEPTH if any(attack.without_gold for attack in attacks) else scene.k


def _poison(
    attack: Attack, target: Target, documents: Sequence[Item], count: int, seed: int
) -> list[Item]:
    case = Case(
        target.id,
        target.question,
        target.answers,
        target.wrong,
        tuple(item.text for item in documents),
        target.poisons,
    )
    return [
        Item(f"{_POISON}/{target.id}/{number}", _POISON, poison.text)
        for number, poison in enumerate(attack.poison(case, count, seed))
    ]


def _placed(
    benign: Sequence[Item], poison: Sequence[Item], target: Target, seed: int
) -> list[Item]:
    """One poisoned document last; several at drawn places."""
    documents = list(benign)
    draw = generator(seed, f"places {target.id}")
    for item in poison:
        at = len(documents) if len(poison) == 1 else int(draw.integers(len(documents) + 1))
        documents.insert(at, item)
    return documents


def _trial(target: Target, documents: Sequence[Item], defence: Answerer) -> Trial:
    answer = defence.answer(target.question, documents).text
    benign = [item.text for item in documents if item.kind != _POISON]
    return Trial(
        target.id,
        answer,
        is_accurate(answer, target.answers),
        is_attacked(answer, target.wrong),
        documents=len(documents),
        adversarial=len(documents) - len(benign),
        gold=bearing(benign, target.answers),
    )


def _is_gold(item: Item, target: Target) -> bool:
    return is_accurate(item.text, target.answers)


def _other_answer(targets: Sequence[Target], place: int) -> str:
    right = [normalise_answer(answer) for answer in targets[place].answers]
    for other in (*targets[place + 1 :], *targets[:place]):
        wrong = normalise_answer(other.answers[0])
        if wrong and not any(wrong in answer or answer in wrong for answer in right):
            return other.answers[0]
    raise InvalidInputError(
        f"question {targets[place].id!r} has no wrong answer, and no other question's answer is "
        'different enough: give it a "wrong"'
    )


def _settings(
    library: Library, targets: Sequence[Target], scene: Scene, model: str
) -> dict[str, Any]:
    held = library.info()
    asked = hashlib.sha256(repr([asdict(target) for target in targets]).encode()).hexdigest()
    return {
        "questions": asked,
        "collection": [library.encoder.fingerprint, held.files, held.pages, held.tokens],
        "model": model,
        "k": scene.k,
        "mode": scene.mode,
        "seed": scene.seed,
    }
