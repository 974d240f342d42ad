"""What the attacker's model wrote is kept, and nothing is asked twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import AttentionMode, InvalidInputError, Prompt, StorageError
from trovato.data.datasets.attack_targets import Target
from trovato.llm import ScriptedModel
from trovato.redteam import with_written_poison
from trovato.redteam.attacks import PoisonWriter

TARGETS = [
    Target("a", "Where is the mill?", ("Bergen",)),
    Target("b", "Who built it?", ("Anna",), wrong="Karl"),
    Target("c", "Where is the bridge?", ("Oslo",), poisons=("It is in Rome.",)),
]


class GoneError(Exception):
    """The server went away."""


def model(calls: int = 10**6) -> ScriptedModel:
    """Writes until it was called so often."""

    def script(prompt: Prompt, _: AttentionMode) -> str:
        if len(found.asked) > calls:
            raise GoneError
        text = prompt.segments[-1].text
        if "wrong answer" in text:
            return "Paris" if "mill" in text else "Oslo"
        return text[:20]

    found = ScriptedModel(script)
    return found


def test_what_is_lacking_is_written() -> None:
    first, second, third = with_written_poison(TARGETS, PoisonWriter(model()))
    assert first.wrong == "Paris"
    assert len(first.poisons) == 5
    assert second.wrong == "Karl"
    assert len(second.poisons) == 5
    # The model gives the right answer only, so that of another question stands in.
    assert third.wrong == "Bergen"
    assert third.poisons == ("It is in Rome.",)


def test_a_run_that_was_cut_off_asks_nothing_twice(tmp_path: Path) -> None:
    journal, whole = tmp_path / "written.jsonl", model()
    expected = with_written_poison(TARGETS, PoisonWriter(whole))
    with pytest.raises(GoneError):
        with_written_poison(TARGETS, PoisonWriter(model(calls=8)), journal=journal)
    lines = journal.read_bytes()
    assert lines.count(b"\n") == 2  # the head and the first question
    journal.write_bytes(lines + b'{"id": "b", "wro')
    again = model()
    assert with_written_poison(TARGETS, PoisonWriter(again), journal=journal) == expected
    assert len(again.asked) == len(whole.asked) - 6
    last = model(calls=0)
    assert with_written_poison(TARGETS, PoisonWriter(last), journal=journal) == expected
    assert last.asked == []


def test_what_another_attacker_wrote_is_refused(tmp_path: Path) -> None:
    journal = tmp_path / "written.jsonl"
    with_written_poison(TARGETS, PoisonWriter(model()), journal=journal)
    with pytest.raises(InvalidInputError, match="another attacker"):
        with_written_poison(TARGETS, PoisonWriter(model(), seed=1), journal=journal)
    with pytest.raises(InvalidInputError, match="another questions"):
        with_written_poison(TARGETS[:2], PoisonWriter(model()), journal=journal)
    journal.write_text('{"redteam": {}}\n', "utf-8")
    with pytest.raises(InvalidInputError, match="no journal of this kind"):
        with_written_poison(TARGETS, PoisonWriter(model()), journal=journal)


def test_a_journal_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot write"):
        with_written_poison(
            TARGETS, PoisonWriter(model()), journal=tmp_path / "absent" / "journal.jsonl"
        )
