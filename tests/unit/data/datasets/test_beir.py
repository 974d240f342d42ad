import json
from pathlib import Path

import pytest

from trovato.core import InvalidInputError, Item, UnreadableFileError
from trovato.data.datasets.beir import BeirFolder


@pytest.fixture
def folder(tmp_path: Path) -> BeirFolder:
    (tmp_path / "qrels").mkdir()
    corpus = [
        {"_id": "d1", "title": "Wings", "text": "Lift and drag.", "metadata": {}},
        {"_id": "d2", "title": "", "text": "Heat."},
        {"_id": "d3", "text": ""},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(json.dumps(line) for line in corpus))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "what lifts a wing"}\n')
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0")
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n")
    return BeirFolder(tmp_path)


def test_the_three_parts_are_read(folder: BeirFolder) -> None:
    assert list(folder.items()) == [
        Item("d1", "text", "Wings\nLift and drag.", attributes={"title": "Wings"}),
        Item("d2", "text", "Heat."),
        Item("d3", "text", ""),
    ]
    assert folder.queries() == {"q1": "what lifts a wing"}
    assert folder.splits() == ["dev", "test"]
    assert folder.grades() == {"q1": {"d1": 2, "d2": 0}}
    assert folder.grades("dev") == {}


def test_the_corpus_is_read_one_document_at_a_time(folder: BeirFolder) -> None:
    with (folder.path / "corpus.jsonl").open("a") as file:
        file.write("\nnot json")
    items = folder.items()
    assert [next(items).id for _ in range(3)] == ["d1", "d2", "d3"]
    with pytest.raises(InvalidInputError, match=r"corpus\.jsonl, line 4: wanted a JSON object"):
        next(items)


@pytest.mark.parametrize(
    "line", ['{"text": "x"}', '{"_id": 7, "text": "x"}', '{"_id": "q2"}', "[]"]
)
def test_a_query_without_its_fields_is_named(folder: BeirFolder, line: str) -> None:
    with (folder.path / "queries.jsonl").open("a") as file:
        file.write(line)
    with pytest.raises(InvalidInputError, match=r"queries\.jsonl, line 2: wanted a JSON object"):
        folder.queries()


def test_a_query_id_twice_is_refused(folder: BeirFolder) -> None:
    with (folder.path / "queries.jsonl").open("a") as file:
        file.write('{"_id": "q1", "text": "again"}')
    with pytest.raises(InvalidInputError, match="each query id once, got q1"):
        folder.queries()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q1\td1\t1\n", "line 1: wanted a line of column heads"),
        ("", "line 1: wanted a line of column heads"),
        ("query-id\tcorpus-id\tscore\nq1 d1 1\n", "line 2: wanted 3 columns with tabs"),
        ("query-id\tcorpus-id\tscore\nq1\td1\tyes\n", "line 2: wanted 3 columns with tabs"),
        ("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td1\t0\n", "line 3: wanted each document once"),
    ],
)
def test_a_bad_judgement_is_named(folder: BeirFolder, text: str, said: str) -> None:
    (folder.path / "qrels" / "test.tsv").write_text(text)
    with pytest.raises(InvalidInputError, match=said):
        folder.grades()


def test_an_absent_split_names_those_that_are_there(folder: BeirFolder) -> None:
    with pytest.raises(UnreadableFileError, match=r"no judgements for 'train'.*\['dev', 'test'\]"):
        folder.grades("train")
