from xml.etree import ElementTree

from trovato.evaluate import line_chart

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
