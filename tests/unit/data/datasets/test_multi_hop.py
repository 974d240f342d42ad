"""Multi-hop data sets: small files in each form, the real ones where they are, and bad lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.data.datasets import (
    read_component_documents,
    read_multimodal_qa,
    read_open_cqa,
    read_ott_qa,
    read_paragraph_questions,
    read_paragraphs,
    read_tat_qa,
)

SHARED = Path(__file__).parents[5] / "shared" / "data"
DOCUMENT = {
    "doc": "lyn",
    "title": "Lyn",
    "components": [
        {
            "id": "t",
            "type": "table",
            "section": "Cups",
            "header": [["Year", []], ["Coach", []]],
            "rows": [[["1911", []], ["Ole  Moe", ["ole"]]]],
        },
        {
            "id": "p",
            "type": "text",
            "text": "It is old. Ole was there.",
            "links": [{"target": "ole", "text": "Ole", "start": 11, "end": 14}],
        },
        {"id": "i", "type": "image", "file": "i.png", "regions": [{"sentence": "80 "}]},
    ],
}
OTT = {
    "id": "q",
    "question": "Where was the coach of Lyn in 1911 born?",
    "answer": "Oslo",
    "table_id": "t",
    "answer_in": ["passage"],
    "passage_docs": ["ole", "moe"],
}
MUSIQUE = {
    "id": "2hop",
    "question": "Where was the coach born?",
    "answer": "Oslo",
    "paragraphs": [
        {"title": "A", "paragraph_text": "one", "is_supporting": True},
        {"title": "B", "paragraph_text": "two", "is_supporting": False},
    ],
    "question_decomposition": [{"question": "Who?"}, {"question": "Where was #1 born?"}],
}
HOTPOT = {
    "_id": "h",
    "question": "Which?",
    "answer": "two",
    "context": [["A", ["o", "ne"]], ["B", ["two"]]],
    "supporting_facts": [["B", 0]],
}
TAT = {
    "table": {
        "uid": "t",
        "table": [["Costs", ""], ["", "2019"], ["Rent", "5"], ["Total", "5"]],
    },
    "paragraphs": [{"uid": "p", "order": 1, "text": "Rent rose."}],
    "questions": [
        {
            "uid": "q",
            "question": "What is the rent?",
            "answer": ["5"],
            "answer_from": "table-text",
            "rel_paragraphs": ["1"],
        }
    ],
}


def written(path: Path, *records: object, as_list: bool = False) -> Path:
    lines = [json.dumps(list(records))] if as_list else [json.dumps(one) for one in records]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_documents_of_components(tmp_path: Path) -> None:
    items = {item.id: item for item in read_component_documents(written(tmp_path / "d", DOCUMENT))}
    assert [*items] == ["lyn", "t", "t.r1", "p", "p.s1", "p.s2", "i"]
    assert items["t.r1"].text == "Lyn / Cups\nYear: 1911; Coach: Ole Moe"
    assert [link.target for link in items["p.s2"].links] == ["ole"]
    assert {items[name].parent for name in ("t", "p", "i")} == {"lyn"}
    assert items["i"].image == "i.png"


def test_ott_qa_needs_any_of_the_passages_unless_a_cell_answers(tmp_path: Path) -> None:
    other = OTT | {"id": "r", "answer_in": ["table"], "passage_docs": []}
    both, cell = read_ott_qa(written(tmp_path / "q", OTT, other))
    assert both.gold == (frozenset({"t"}), frozenset({"ole#p1", "moe#p1"}))
    assert cell.gold == (frozenset({"t"}),)


def test_tat_qa_joins_the_heads_of_columns(tmp_path: Path) -> None:
    items, (question,) = read_tat_qa(written(tmp_path / "t", TAT, as_list=True))
    assert [item.id for item in items] == ["doc:t", "t", "t.r1", "t.r2", "p"]
    assert items[2].text == "Costs: Rent; 2019: 5"
    assert question.gold == (frozenset({"t"}), frozenset({"p"}))
    assert question.groups == ("table-text",)


def test_paragraph_questions_in_their_forms(tmp_path: Path) -> None:
    corpus = read_paragraphs(
        written(
            tmp_path / "c",
            *({"title": title, "text": text} for title, text in ("A1", "Bx", "Bx")),
            {"title": "A", "text": "one"},
            {"title": "B", "text": "two"},
            as_list=True,
        )
    )
    assert [item.id for item in corpus] == ["A#1", "B#1", "A#2", "B#2"]
    musique, hotpot = read_paragraph_questions(
        written(tmp_path / "q", MUSIQUE, HOTPOT, as_list=True), corpus
    )
    assert musique.gold == (frozenset({"A#2"}),)
    assert musique.subqueries == ("Who?", "Where was #1 born?")
    assert hotpot.gold == (frozenset({"B#2"}),)


def test_multimodal_qa_in_both_forms(tmp_path: Path) -> None:
    ours = {
        "qid": "q",
        "question": "?",
        "answers": ["a"],
        "type": "TextQ",
        "modalities": ["text"],
        "supporting_context": [{"doc_id": "d"}, {"doc_id": "d"}],
    }
    about = {key: ours[key] for key in ("type", "modalities", "supporting_context")}
    theirs = {"qid": "q", "question": "?", "answers": [{"answer": "a"}], "metadata": about}
    first, second = read_multimodal_qa(written(tmp_path / "q", ours, theirs))
    assert first == second
    assert first.gold == (frozenset({"d"}),)
    assert first.groups == ("text", "TextQ")


@pytest.mark.parametrize(
    ("read", "record", "as_list"),
    [
        (read_component_documents, {"doc": "d", "title": "t"}, False),
        (read_component_documents, DOCUMENT | {"components": [{"id": "x", "type": "?"}]}, False),
        (read_ott_qa, {"id": "q"}, False),
        (read_open_cqa, {"id": "q", "question": "?"}, False),
        (read_multimodal_qa, {"qid": "q", "question": "?", "answers": []}, False),
        (read_tat_qa, {"table": {}}, True),
        (read_paragraphs, {"title": "A"}, True),
        (lambda path: read_paragraph_questions(path, ()), MUSIQUE, True),
    ],
)
def test_what_is_wrong_is_named(
    read: Callable[[Path], Any], record: object, as_list: bool, tmp_path: Path
) -> None:
    path = written(tmp_path / "bad", record, as_list=as_list)
    with pytest.raises(InvalidInputError, match=r"(line|entry) 1: wanted"):
        list(read(path))
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        list(read(tmp_path / "absent"))
    path.write_text("{" if not as_list else "[")
    with pytest.raises(InvalidInputError, match="JSON"):
        list(read(path))


@pytest.mark.skipif(not (SHARED / "lilac").is_dir(), reason="the data sets are not here")
def test_the_real_files() -> None:
    lilac, multihop = SHARED / "lilac", SHARED / "multihop"
    items = {item.id: item for item in read_component_documents(lilac / "ottqa/documents.jsonl")}
    assert sum(item.kind in ("table", "paragraph") for item in items.values()) == 6557
    assert all(link.target in items for item in items.values() for link in item.links)
    questions = read_ott_qa(lilac / "ottqa" / "questions.jsonl")
    assert len(questions) == 293
    charts = {item.id for item in read_component_documents(lilac / "opencqa/documents.jsonl")}
    reports, asked = read_tat_qa(lilac / "tatqa.json")
    corpus = read_paragraphs(multihop / "musique_train_corpus.json")
    for among, those in (
        (items.keys(), questions),
        (charts, read_open_cqa(lilac / "opencqa" / "questions.jsonl")),
        ({item.id for item in reports}, asked),
        (
            {item.id for item in corpus},
            read_paragraph_questions(multihop / "musique_train.json", corpus),
        ),
    ):
        assert all(any_of <= among for question in those for any_of in question.gold)
    assert len(read_multimodal_qa(lilac / "mmqa_questions.jsonl")) == 1174
