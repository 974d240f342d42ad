"""Questions whose wrong answers and poison a language model writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace

from trovato.core import PathLike, ProgressCallback, no_progress
from trovato.data.datasets.attack_targets import Target
from trovato.redteam.attacks import PoisonWriter
from trovato.redteam.experiment.run_log import RunLog
from trovato.redteam.experiment.wrong_answers import other_answer


def with_written_poison(
    targets: Sequence[Target],
    writer: PoisonWriter,
    *,
    journal: PathLike | None = None,
    progress: ProgressCallback = no_progress,
) -> list[Target]:
    """Let a model write what questions lack: a wrong answer, and texts that bring it through.

    Where it finds no wrong answer, another question's right one is taken (`other_answer`);
    where it writes no text, none is there, and plain statements stand in.

    Parameters
    ----------
    targets
        Questions under attack. What they have is left as it is.
    writer
        The attacker.
    journal
        File of what was written; a run that was cut off goes on from it and asks nothing twice.
    progress
        Called with the number of questions done and of all.

    Raises
    ------
    InvalidInputError
        If the journal is of another run, or no wrong answer can be found.
    """
    asked = hashlib.sha256(repr([asdict(target) for target in targets]).encode()).hexdigest()
    kept = RunLog(journal, "attacker", {"questions": asked, "attacker": writer.fingerprint})
    known = {record["id"]: record for record in kept.records}
    found = []
    for place, target in enumerate(targets):
        record = known.get(target.id)
        if record is None:
            wrong = target.wrong or writer.wrong_answer(target.question, target.answers)
            wrong = wrong or other_answer(targets, place)
            poisons = target.poisons or writer.passages(target.question, wrong)
            record = {"id": target.id, "wrong": wrong, "poisons": list(poisons)}
            kept.add(record)
        found.append(replace(target, wrong=record["wrong"], poisons=tuple(record["poisons"])))
        progress("writing poison", place + 1, len(targets))
    return found
