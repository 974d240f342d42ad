"""How an attack meets the reader: the documents that a question is answered from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Literal

from trovato.core import InvalidInputError, Item, Query, generator
from trovato.data.datasets.attack_targets import Target
from trovato.evaluate import is_accurate
from trovato.library import Library, Mode
from trovato.redteam.attacks import Attack, Case
from trovato.redteam.experiment.outcomes import PoisonPlacement
from trovato.redteam.experiment.poisoned_copy import poisoned
from trovato.retrieve import DEPTH

Placement = Literal["all", "paper", "before", "after", "among"]

# The places of an attack whose placement is "all".
EVERYWHERE: tuple[PoisonPlacement, ...] = ("in-set first", "in-set last", "in-set drawn")
_PLACED: dict[PoisonPlacement, Placement] = dict(
    zip(EVERYWHERE, ("before", "after", "among"), strict=True)
)

POISON = "redteam-poison"  # kind of a poisoned item, and how its id begins


@dataclass(frozen=True, slots=True)
class AttackScenario:
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
    placement
        Where in-set poison stands among the documents: before them, after them, at drawn places, or
        as in the paper: a single one after, several at drawn places. With "all" each attack is made
        at the first three.
    add
        In-set poison comes beside k documents, as in the authors' program, and does not take the
        places of those that rank lowest.
    """

    places: tuple[PoisonPlacement, ...] = ("in-set", "in-corpus")
    counts: tuple[int, ...] = (1,)
    k: int = 5
    mode: Mode = "hybrid"
    seed: int = 0
    placement: Placement = "paper"
    add: bool = False

    def __post_init__(self) -> None:
        if self.k < 1 or not self.counts or not all(1 <= n <= self.k for n in self.counts):
            raise InvalidInputError(
                f"numbers of poisoned documents lie between 1 and k, got {self.counts} and "
                f"k = {self.k}"
            )


@contextmanager
def document_sets(
    library: Library,
    targets: Sequence[Target],
    retrieved: Sequence[Sequence[Item]],
    place: PoisonPlacement,
    attack: Attack | None,
    count: int,
    scene: AttackScenario,
) -> Iterator[list[list[Item]]]:
    """The documents that each question is answered from."""
    if attack is None:
        yield [list(items) for items in retrieved]
        return
    spared = partial(_spares, attack)
    benign = retrieve(library, targets, scene, spared) if attack.without_gold else retrieved
    poison = [
        _poison(attack, target, items, count, scene.seed)
        for target, items in zip(targets, benign, strict=True)
    ]
    if place.startswith("in-set"):
        yield [
            _placed(items if scene.add else items[: scene.k - count], added, target, place, scene)
            for target, items, added in zip(targets, benign, poison, strict=True)
        ]
        return
    with poisoned(library, [item for items in poison for item in items]) as both:
        yield retrieve(both, targets, scene, spared)


def retrieve(
    library: Library,
    targets: Sequence[Target],
    scene: AttackScenario,
    spared: Callable[[Target, Item], bool] = lambda _target, _item: True,
) -> list[list[Item]]:
    """The best k items for each question that are spared, best first."""
    retriever = library.retriever(scene.mode)
    reader = library.collection.reader()
    found = []
    for target in targets:
        items = map(reader.item, retriever.scores(Query(target.question), DEPTH))
        found.append(list(islice((item for item in items if spared(target, item)), scene.k)))
    return found


def _spares(attack: Attack, target: Target, item: Item) -> bool:
    """Not another question's poison, nor a right answer where the attack is on a set without one.

    All questions' poison is indexed at once, and each question is asked as if only its own were.
    """
    if item.kind == POISON:
        return item.id.rpartition("/")[0] == f"{POISON}/{target.id}"
    return not (attack.without_gold and is_accurate(item.text, target.answers))


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
        Item(f"{POISON}/{target.id}/{number}", POISON, poison.text)
        for number, poison in enumerate(attack.poison(case, count, seed))
    ]


def _placed(
    benign: Sequence[Item],
    poison: Sequence[Item],
    target: Target,
    place: PoisonPlacement,
    scene: AttackScenario,
) -> list[Item]:
    placement = _PLACED.get(place, scene.placement)
    if placement == "paper":
        placement = "after" if len(poison) == 1 else "among"
    if placement == "before":
        return [*poison, *benign]
    if placement == "after":
        return [*benign, *poison]
    documents = list(benign)
    draw = generator(scene.seed, f"places {target.id}")
    for item in poison:
        documents.insert(int(draw.integers(len(documents) + 1)), item)
    return documents
