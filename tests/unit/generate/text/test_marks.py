"""Only marks of passages that are there are taken out of an answer."""

import time

import pytest

from trovato.generate.text.marks import without_marks, without_mentions

MARKS = {"77p", "abc"}


@pytest.mark.parametrize(
    ("answer", "text", "named"),
    [
        ("The APA [77p].", "The APA.", {"77p"}),
        ("The APA [Passage 77p].", "The APA.", {"77p"}),
        ("The APA 【77p】.", "The APA.", {"77p"}),
        ("The APA [77p; xyz].", "The APA.", {"77p"}),
        ("The APA [77p, abc].", "The APA.", {"77p", "abc"}),
        ("The APA [77P]", "The APA", {"77p"}),
        ("The APA (77p).", "The APA.", {"77p"}),
        ("The APA [77p][zzz].", "The APA[zzz].", {"77p"}),
        (
            "According to Passage [77p], the APA publishes it.",
            "According to Passage 77p, the APA publishes it.",
            {"77p"},
        ),
        ("The APA [Passages 77p and abc].", "The APA.", {"77p", "abc"}),
        ("The APA [Passage: 77p].", "The APA.", {"77p"}),
        ("The APA [doc_77p, p. 3].", "The APA.", {"77p"}),
        ("The APA **[77p]**.", "The APA.", {"77p"}),
        ("The APA [[77p]].", "The APA.", {"77p"}),
        ("The APA [^77p].", "The APA.", {"77p"}),
        ("The APA [77p/abc].", "The APA.", {"77p", "abc"}),
        ("The APA （77p）。", "The APA。", {"77p"}),
        ("The APA. Source: 77p", "The APA.", {"77p"}),
        ("The APA [77p].\n\nSources: [77p], [abc]", "The APA.", {"77p", "abc"}),
        ("The APA. Source: Wiley", None, set()),
        ("The units (abc, mm) stay.", None, set()),
        ("The APA. Sources: 77p, sea", None, set()),
        ("Its sources: the sea [mm] and a lake", None, set()),
        ("Use `items[0]` and `x[abc]`. [77p]", "Use `items[0]` and `x[abc]`.", {"77p"}),
        ("The array a[10] is empty; see reference [12].", None, set()),
        ("Run `ls [ab]*.txt` on Linux [x64].", None, set()),
        ("- [x] done\n- [ ] open", None, set()),
        ("The interval is [0, 5] and the unit [mm] (see abc and others).", None, set()),
        ("", None, set()),
    ],
)
def test_marks(answer: str, text: str | None, named: set[str]) -> None:
    assert without_marks(answer, MARKS) == (answer if text is None else text, frozenset(named))


@pytest.mark.parametrize(
    "part", ["a and ", "see ", "[", " ", "[see 77p] ", "a, ", "Sources: a ", "* ", "passage [a "]
)
def test_a_long_answer_takes_no_long_time(part: str) -> None:
    begun = time.perf_counter()
    for opening in ("[", "Sources: ", ""):
        without_marks(opening + part * 3000 + "!", MARKS)
    assert time.perf_counter() - begun < 2


def test_mentions_are_no_words_of_an_answer() -> None:
    assert without_mentions("Passage 77p and [9] say so.", MARKS) == " and  say so."
