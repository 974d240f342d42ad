"""What the options of `trovato redteam` say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from trovato.core import InvalidInputError, LanguageModel, UnreadableFileError, WhiteBoxModel
from trovato.data.datasets.attack_targets import Target, read_targets
from trovato.data.datasets.poisoned_rag import read_poisoned_rag
from trovato.redteam import PoisonPlacement, RedTeamReport

if TYPE_CHECKING:
    from trovato.llm import OpenEncoder


def read_questions(path: Path) -> tuple[Target, ...]:
    """Questions of a file, PoisonedRAG's or ours."""
    return read_poisoned_rag(path) if path.suffix == ".json" else read_targets(path)


def read_report(path: Path) -> RedTeamReport:
    """The report that an earlier run printed as JSON."""
    try:
        return RedTeamReport.from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    except ValueError as error:
        raise InvalidInputError(f"{path}: {error}") from error


def split_names(names: str) -> list[str]:
    """Names with commas between them."""
    return [name.strip() for name in names.split(",") if name.strip()]


def chosen_names(names: str, known: tuple[str, ...], what: str) -> list[str]:
    """The same, each of which must be known."""
    chosen = split_names(names)
    for name in chosen:
        if name not in known:
            raise InvalidInputError(f"{what} are {', '.join(known)}; got {name!r}")
    return chosen


def chosen_places(names: str) -> tuple[PoisonPlacement, ...]:
    """Where poison is put, in the order of the matrix."""
    known: tuple[PoisonPlacement, ...] = get_args(PoisonPlacement)
    places = chosen_names(names, ("in-set", "in-corpus"), "places")
    return tuple(place for place in known if place in places)


def chosen_numbers(text: str) -> tuple[int, ...]:
    """Whole numbers with commas between them, each once."""
    try:
        return tuple(dict.fromkeys(int(part) for part in split_names(text)))
    except ValueError as error:
        raise InvalidInputError(f"--n takes numbers such as 1,2, got {text!r}") from error


def open_white_box(folder: Path | None) -> OpenEncoder | None:
    """The encoder in a folder, if one is named."""
    if folder is None:
        return None
    from trovato.llm import OpenEncoder

    return OpenEncoder(folder)


def opened_model(model: LanguageModel | None) -> WhiteBoxModel:
    """The model, if its numbers can be looked at."""
    if isinstance(model, WhiteBoxModel):
        return model
    raise InvalidInputError("--space model needs a model in this process: name one (--llm hf:…)")
