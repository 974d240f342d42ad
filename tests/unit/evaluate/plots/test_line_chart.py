import re
import sys
from xml.etree import ElementTree

import pytest

from trovato.core import MissingExtraError
from trovato.evaluate import Estimate, frontier_chart, interval_chart, line_chart

_SVG = "{http://www.w3.org/2000/svg}"


def places(svg: str, name: str) -> list[tuple[float, float]]:
    """Where the line of that name, or its marks, lie on the sheet."""
    (group,) = (node for node in ElementTree.fromstring(svg).iter() if node.get("id") == name)
    marks = [(node.get("x"), node.get("y")) for node in group.iter(f"{_SVG}use")]
    if marks:
        return [(float(str(x)), float(str(y))) for x, y in marks]
    path = str(next(group.iter(f"{_SVG}path")).get("d"))
    return [(float(x), float(y)) for x, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", path)]


def texts(svg: str) -> set[str | None]:
    return {text.text for text in ElementTree.fromstring(svg).iter(f"{_SVG}text")}


def test_points_lie_where_their_values_say() -> None:
    series = {"one & two": [(3.0, 1.0), (1.0, 0.0)], "flat": [(2.0, 0.5)]}
    drawn = line_chart(series, "x <ms>", "y")
    (left, low), (right, high) = places(drawn, "line-0")
    assert left < right
    assert low > high  # downward
    ((across, up),) = places(drawn, "line-1")
    assert across == pytest.approx((left + right) / 2, abs=0.01)
    assert up == pytest.approx((low + high) / 2, abs=0.01)
    assert {"one & two", "flat", "x <ms>", "y"} <= texts(drawn)


def test_the_same_values_are_the_same_bytes() -> None:
    first, again = (line_chart({"alone": [(1.0, 1.0)]}, "x", "y") for _ in range(2))
    assert first == again
    assert first.startswith("<svg")


def test_a_frontier_names_its_points_and_joins_those_on_the_edge() -> None:
    points = {"a & b": (10.0, 0.5), "worse": (20.0, 0.4), "best": (30.0, 1.0)}
    drawn = frontier_chart(points, ["a & b", "best"], "x", "y")
    (first, last), (beaten,) = places(drawn, "frontier"), places(drawn, "beaten")
    assert first[0] < beaten[0] < last[0]
    assert beaten[1] > first[1] > last[1]
    assert {"a & b", "best", "x", "y"} <= texts(drawn)
    assert "worse" not in texts(drawn)


def test_intervals_lie_where_their_values_say() -> None:
    rows = {"a <b>": Estimate(0.2, 0.1, 0.4), "sure": Estimate(0.3, 0.3, 0.3)}
    drawn = interval_chart(rows, "x & y")
    (low, _), (high, _) = places(drawn, "interval-0")
    ((mean, _),), ((sure, _),) = places(drawn, "mean-0"), places(drawn, "mean-1")
    assert (mean - low) / (high - low) == pytest.approx(1 / 3, abs=0.001)
    assert (sure - low) / (high - low) == pytest.approx(2 / 3, abs=0.001)
    assert {"a <b>", "sure", "x & y"} <= texts(drawn)


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"trovato\[plots\]"):
        line_chart({"alone": [(1.0, 1.0)]}, "x", "y")
