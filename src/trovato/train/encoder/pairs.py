"""Questions with documents that answer them and documents that do not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike
from trovato.core.system.files import atomic_path
from trovato.core.system.text_lines import json_lines


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """One question.

    Parameters
    ----------
    query
        In words.
    positives
        Texts that answer it, at least one; the first is learnt from.
    negatives
        Texts that do not, hardest first.
    scores
        A teacher's scores of the first positive and of each negative, or none.

    Raises
    ------
    InvalidInputError
        If there is no question or positive, or the scores are not as many.
    """

    query: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.query.strip() or not self.positives:
            raise InvalidInputError("a training pair has a question and at least one positive")
        if self.scores and len(self.scores) != 1 + len(self.negatives):
            raise InvalidInputError(
                f"the scores are of the first positive and the {len(self.negatives)} negatives, "
                f"got {len(self.scores)}"
            )


_WANTED = '{"query": "…", "positive": "…" or ["…"], "negatives": ["…"]}'


def read_pairs(path: PathLike) -> list[TrainingPair]:
    """Pairs of a JSONL file, or of a BEIR folder with its training judgements.

    A line is `{"query": …, "positive": … or […], "negatives": […], "scores": […]}`, of which the
    last two may be absent.

    Raises
    ------
    UnreadableFileError
        If it is absent or not UTF-8.
    InvalidInputError
        If a line cannot be used; the message names it.
    """
    if Path(path).is_dir():
        return _beir(Path(path))
    found = []
    for number, line in json_lines(Path(path), _WANTED):
        try:
            positives = line["positive"] if "positive" in line else line["positives"]
            found.append(
                TrainingPair(
                    str(line["query"]),
                    (positives,) if isinstance(positives, str) else tuple(positives),
                    tuple(line.get("negatives", ())),
                    tuple(float(one) for one in line.get("scores", ())),
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"{path}, line {number}: wanted {_WANTED} ({error})") from error
    return found


def write_pairs(path: PathLike, pairs: Iterable[TrainingPair]) -> None:
    """Write what `read_pairs` reads, whole or not at all."""
    with atomic_path(Path(path)) as part, part.open("w", encoding="utf-8") as file:
        for pair in pairs:
            line: dict[str, Any] = asdict(pair)
            line["positive"] = line.pop("positives")
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def documents_of(pairs: Sequence[TrainingPair]) -> list[str]:
    """All different documents, in the order they come."""
    texts = (text for pair in pairs for text in (*pair.positives, *pair.negatives))
    return list(dict.fromkeys(texts))


def _beir(folder: Path) -> list[TrainingPair]:
    from trovato.data.datasets.beir import BeirFolder

    beir = BeirFolder(folder)
    texts, queries = {item.id: item.text for item in beir.items()}, beir.queries()
    found = []
    for query, grades in beir.grades("train").items():
        right = tuple(texts[one] for one, grade in grades.items() if grade > 0 and one in texts)
        if right:
            wrong = tuple(texts[one] for one, grade in grades.items() if not grade and one in texts)
            found.append(TrainingPair(queries[query], right, wrong))
    return found
