"""One grade out of several."""

from trovato.annotate import Judgement, final_labels


def said(*grades: int | None) -> list[Judgement]:
    return [Judgement("q", "d", f"judge{at}", grade) for at, grade in enumerate(grades)]


def test_the_rules_come_in_order() -> None:
    assert final_labels(said(2), {}).rules == {("q", "d"): "single"}
    assert final_labels(said(2, 2, 1), {}).qrels == {"q": {"d": 2}}
    assert final_labels(said(2, 2, 1), {}).rules == {("q", "d"): "majority"}
    settled = final_labels(said(2, 2, 1), {("q", "d"): 0})
    assert settled.qrels == {"q": {"d": 0}}
    assert settled.rules == {("q", "d"): "adjudicated"}


def test_a_tie_has_no_grade() -> None:
    tied = final_labels(said(3, 1), {})
    assert tied.qrels == {}
    assert tied.undecided == {("q", "d"): (1, 3)}


def test_who_is_not_sure_has_no_vote() -> None:
    assert final_labels(said(None, 1), {}).qrels == {"q": {"d": 1}}
    assert final_labels(said(None), {}).unsure == (("q", "d"),)


def test_grade_0_is_a_grade() -> None:
    assert final_labels(said(0), {}).qrels == {"q": {"d": 0}}
