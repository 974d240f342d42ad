from xml.etree import ElementTree

from trovato.evaluate import Estimate, frontier_chart, interval_chart, line_chart

_SVG = "{http://www.w3.org/2000/svg}"


def test_points_lie_where_their_values_say() -> None:
    drawn = ElementTree.fromstring(
        line_chart({"one & two": [(3.0, 1.0), (1.0, 0.0)], "flat": [(2.0, 0.5)]}, "x <ms>", "y")
    )
    first, second = drawn.iter(f"{_SVG}polyline")
    places = [tuple(map(float, pair.split(","))) for pair in str(first.get("points")).split()]
    (left, low), (right, high) = places
    assert left < right
    assert low > high  # pixels count downward
    middle = tuple(map(float, str(second.get("points")).split(",")))
    assert abs(middle[0] - (left + right) / 2) < 0.11
    assert abs(middle[1] - (low + high) / 2) < 0.11
    texts = [text.text for text in drawn.iter(f"{_SVG}text")]
    assert {"one & two", "flat", "x <ms>", "y"} <= set(texts)


def test_one_point_is_enough() -> None:
    assert line_chart({"alone": [(1.0, 1.0)]}, "x", "y").count("<circle") == 1


def test_a_frontier_names_its_points_and_joins_those_on_the_edge() -> None:
    points = {"a & b": (10.0, 0.5), "worse": (20.0, 0.4), "best": (30.0, 1.0)}
    drawn = ElementTree.fromstring(frontier_chart(points, ["a & b", "best"], "x", "y"))
    titles = [title.text for title in drawn.iter(f"{_SVG}title")]
    assert titles == ["a & b: 10.0, 0.500", "worse: 20.0, 0.400", "best: 30.0, 1.000"]
    (line,) = drawn.iter(f"{_SVG}polyline")
    named = [circle for circle in drawn.iter(f"{_SVG}circle") if len(circle)]
    places = [f"{circle.get('cx')},{circle.get('cy')}" for circle in named]
    assert str(line.get("points")).split() == [places[0], places[2]]
    texts = {text.text for text in drawn.iter(f"{_SVG}text")}
    assert {"a & b", "best", "x", "y"} <= texts
    assert "worse" not in texts


def test_intervals_lie_where_their_values_say() -> None:
    rows = {"a <b>": Estimate(0.2, 0.1, 0.4), "sure": Estimate(0.3, 0.3, 0.3)}
    drawn = ElementTree.fromstring(interval_chart(rows, "x & y"))
    bar, thin = list(drawn.iter(f"{_SVG}rect"))[1:]
    dots = [float(str(circle.get("cx"))) for circle in drawn.iter(f"{_SVG}circle")]
    left, width = float(str(bar.get("x"))), float(str(bar.get("width")))
    assert abs((dots[0] - left) / width - 1 / 3) < 0.01
    assert abs((dots[1] - left) / width - 2 / 3) < 0.01
    assert float(str(thin.get("width"))) == 1  # still to be seen
    assert {"a <b>", "sure", "x & y"} <= {text.text for text in drawn.iter(f"{_SVG}text")}


def test_ticks_are_round_numbers() -> None:
    drawn = ElementTree.fromstring(line_chart({"one": [(0.0, 0.0013), (97.0, 0.0491)]}, "x", "y"))
    texts = [str(text.text) for text in drawn.iter(f"{_SVG}text")]
    assert {"0", "25", "50", "75", "100"} <= set(texts)
    assert {"0.02", "0.04"} <= set(texts)
