"""Questions of MultimodalQA: texts, tables and pictures of Wikipedia.

Source: Talmor et al. 2021 (MultiModalQA: complex question answering over text, tables and images).
"""

from __future__ import annotations

from pathlib import Path

from trovato.core import PathLike
from trovato.core.system.text_lines import bad_line, json_lines
from trovato.data.datasets.multi_hop.question import MultiHopQuestion

_WANTED = (
    'a JSON object with "qid", "question", "modalities", and "supporting_context", a list of '
    'objects with "doc_id"'
)


def read_multimodal_qa(path: PathLike) -> tuple[MultiHopQuestion, ...]:
    """Questions with the contexts that each needs; its modalities and its type are its groups.

    Both our form and the one that is published are read: in the latter these two, and the
    supporting contexts, stand in `metadata`, and an answer is an object.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is no such question; the message names it.
    """
    path = Path(path)
    found = []
    for number, record in json_lines(path, _WANTED):
        try:
            about = record.get("metadata", record)
            contexts = record.get("supporting_context") or about["supporting_context"]
            answers = [one["answer"] if isinstance(one, dict) else one for one in record["answers"]]
            found.append(
                MultiHopQuestion(
                    record["qid"],
                    record["question"],
                    tuple(
                        frozenset({name}) for name in dict.fromkeys(c["doc_id"] for c in contexts)
                    ),
                    tuple(map(str, answers)),
                    groups=(*dict.fromkeys(about["modalities"]), about["type"]),
                )
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise bad_line(path, number, _WANTED, f"{type(error).__name__}: {error}") from error
    return tuple(found)
