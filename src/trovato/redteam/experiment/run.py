"""Attacks against defences, in sets and in collections: who gets his answer through."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from trovato.core import (
    Answer,
    Answerer,
    InvalidInputError,
    Item,
    PathLike,
    ProgressCallback,
    PromptRefusedError,
    no_progress,
)
from trovato.core.shapes import Float32
from trovato.data.datasets.attack_targets import Target
from trovato.evaluate import bearing, is_accurate, is_attacked
from trovato.generate.filters import passage_vectors
from trovato.library import Library
from trovato.ops import is_distant
from trovato.redteam.attacks import Attack
from trovato.redteam.experiment.outcomes import (
    CellJournal,
    ExperimentCondition,
    Outcome,
    PoisonPlacement,
)
from trovato.redteam.experiment.scenarios import (
    EVERYWHERE,
    POISON,
    AttackScenario,
    document_sets,
    retrieve,
)

# Vectors of some texts, one for each.
Space = Callable[[Sequence[str]], Float32[np.ndarray, "texts dim"]]


def run_red_team(
    library: Library,
    targets: Sequence[Target],
    attacks: Sequence[Attack],
    defences: Sequence[Answerer],
    scene: AttackScenario = AttackScenario(),
    *,
    journal: PathLike | None = None,
    model: str = "",
    space: Space | None = None,
    progress: ProgressCallback = no_progress,
) -> dict[ExperimentCondition, tuple[Outcome, ...]]:
    """Answer every question under every attack with every defence, and without any attack.

    The library is only read: in-corpus poison is indexed in a temporary copy, all questions' poison
    of one attack at once, and each question meets its own alone. In-set poison takes the places of
    the documents that rank lowest, unless the scene adds it; a single one stands last, next to the
    question, several at drawn places (Dekel et al. 2026), unless the scene places it otherwise.

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
    space
        Vectors in which poison lies near the other documents or away from them; by default those of
        the library's encoder.
    progress
        Called with the number of cells done and of all.

    Raises
    ------
    InvalidInputError
        If there are no questions, names repeat, or the journal is of another run.
    PromptRefusedError
        If every prompt is refused even without an attack: then it is not the prompts.
    ModelUnavailableError
        If the language model fails.
    """
    names = [*(attack.name for attack in attacks), *(defence.name for defence in defences)]
    if not targets or len(set(names)) < len(names):
        raise InvalidInputError(
            f"wanted questions, and attacks and defences with a name each; got {len(targets)} "
            f"questions and {names}"
        )
    vectors = space or partial(passage_vectors, library.encoder)
    kept = CellJournal(
        journal, _settings(library, targets, scene, model, "given" if space else "search")
    )
    battles: list[tuple[PoisonPlacement, Attack | None, int]] = [
        ("clean", None, 0),
        *(
            (place, attack, n)
            for place in _places(scene)
            for attack in attacks
            for n in scene.counts
        ),
    ]
    total = len(battles) * len(defences)
    retrieved = retrieve(library, targets, scene)
    found: dict[ExperimentCondition, tuple[Outcome, ...]] = {}
    for place, attack, count in battles:
        cells = {
            ExperimentCondition(place, attack.name if attack else "", count, defence.name): defence
            for defence in defences
        }
        if cells.keys() - kept.cells.keys():
            with document_sets(library, targets, retrieved, place, attack, count, scene) as sets:
                away = [_distant(items, vectors) for items in sets]
                for cell, defence in cells.items():
                    if cell not in kept.cells:
                        asked = zip(targets, sets, away, strict=True)
                        trials = tuple(_trial(*one, defence) for one in asked)
                        if place == "clean" and all(trial.refused for trial in trials):
                            said = (
                                f"every prompt is refused, without an attack: {trials[0].refused}"
                            )
                            raise PromptRefusedError(said)
                        kept.add(cell, trials)
                    found[cell] = kept.cells[cell]
                    progress("attacking", len(found), total)
        found |= {cell: kept.cells[cell] for cell in cells}
    return found


def _places(scene: AttackScenario) -> list[PoisonPlacement]:
    """The places of the scene; where poison stands at all of the set, each is one."""
    apart = scene.placement == "all"
    return [
        one
        for place in scene.places
        for one in (EVERYWHERE if apart and place == "in-set" else (place,))
    ]


def _distant(documents: Sequence[Item], space: Space) -> bool | None:
    benign = [item.text for item in documents if item.kind != POISON]
    poison = [item.text for item in documents if item.kind == POISON]
    if len(benign) < 2 or not poison:
        return None
    among = space(benign)
    return all(is_distant(vector, among) for vector in space(poison))


def _trial(
    target: Target, documents: Sequence[Item], distant: bool | None, defence: Answerer
) -> Outcome:
    try:
        found = defence.answer(target.question, documents)
    except PromptRefusedError as error:
        found = Answer("", refused=str(error))
    answer = found.text
    benign = [item.text for item in documents if item.kind != POISON]
    return Outcome(
        target.id,
        answer,
        is_accurate(answer, target.answers),
        is_attacked(answer, target.wrong),
        documents=len(documents),
        adversarial=len(documents) - len(benign),
        gold=bearing(benign, target.answers),
        distant=distant,
        trimmed=len(found.trimmed),
        refused=found.refused,
    )


def _settings(
    library: Library, targets: Sequence[Target], scene: AttackScenario, model: str, space: str
) -> dict[str, Any]:
    held = library.info()
    files = [(file.name, file.digest) for file in library.collection.files()]
    return {
        "questions": _digest([asdict(target) for target in targets]),
        "collection": [
            held.fingerprint,
            held.pages,
            held.tokens,
            str(held.vector_format),
            _digest(files),
        ],
        "fusion": asdict(library.fusion),
        "model": model,
        "space": space,
        "k": scene.k,
        "mode": scene.mode,
        "seed": scene.seed,
        "placement": scene.placement,
        "add": scene.add,
    }


def _digest(values: Sequence[object]) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()
