from pathlib import Path

import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.evaluate import read_qrels, read_run


def written(folder: Path, text: str) -> Path:
    path = folder / "file.txt"
    path.write_bytes(text.encode())
    return path


def test_a_run_is_ordered_by_score_then_id_whatever_its_ranks_say(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "q1 Q0 c 1 0.5 tag\n  q1\tQ0   a 2 0.5\ttag\r\n\nq1 Q0 b 9 1e1 tag\nq2 Q0 a 1 -3 tag\n",
    )
    assert read_run(path) == {"q1": ["b", "a", "c"], "q2": ["a"]}


def test_qrels_are_grades_by_query(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff1 0 184 3\r\n1 0 29 -1\n2\t0\t7\t0")
    assert read_qrels(path) == {"1": {"184": 3, "29": -1}, "2": {"7": 0}}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("q1 Q0 a 1 0.5", "line 3: wanted 6 columns"),
        ("q1 Q0 a 1 high tag", "line 3: wanted 6 columns.*got q1 Q0 a 1 high tag"),
        ("q1 Q0 b 1 nan tag", "line 3: wanted a finite score, got nan"),
        ("q1 Q0 z 2 0.1 tag", r"line 3: wanted each document once per query \(q1\), got z"),
    ],
)
def test_a_bad_line_of_a_run_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        read_run(written(tmp_path, f"q1 Q0 z 1 2.0 tag\n\n{line}\n"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 0 184", "line 2: wanted 4 columns"),
        ("1 0 184 3.5", "line 2: wanted 4 columns"),
        ("1 0 7 1", r"line 2: wanted each document once per query \(1\), got 7"),
    ],
)
def test_a_bad_line_of_qrels_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        read_qrels(written(tmp_path, f"1 0 7 2\n{line}\n"))


def test_an_absent_file_and_other_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="No such file"):
        read_run(tmp_path / "absent")
    path = tmp_path / "latin"
    path.write_bytes("1 0 é 1\n".encode("latin-1"))
    with pytest.raises(UnreadableFileError, match="not UTF-8"):
        read_qrels(path)
