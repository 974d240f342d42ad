"""Pages of HTML and Markdown as trees of items."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, Item, UnreadableFileError
from trovato.data.components import html_components, read_components
from trovato.data.components.html import link_target

PAGE = """<html><head><title>Lyn</title><style>p{}</style></head><body><h1>Lyn</h1>
<p>It is <a href="../b/ole.html#life">Ole
 Moe</a>'s club. He led it.</p>
<h2>Cups</h2>
<table><tr><th rowspan=2>Year</th><th colspan=2>Who</th></tr>
<tr><th>Coach</th><th>Keeper</th></tr>
<tr><td rowspan="2">1911</td><td><a href="ole.html">Ole</a></td><td>Per</td></tr>
<tr><td>Jon</td><td>Kai</table>
<ul><li>one</li><li>two <a href="https://x.org/a%20b#c">there</a></li></ul>
<h2>Place</h2><img src="map.png" alt="A map"><p>By the sea.
</body>"""


def by_id(items: list[Item]) -> dict[str, Item]:
    return {item.id.removeprefix("a/lyn.html"): item for item in items}


def test_a_page_is_a_tree_under_its_headings() -> None:
    items = by_id(html_components(PAGE, "a/lyn.html"))
    kinds = {name: item.kind for name, item in items.items()}
    assert kinds == {
        "": "document",
        ".c1": "paragraph",
        ".c1.s1": "sentence",
        ".c1.s2": "sentence",
        ".c2": "table",
        ".c2.r1": "row",
        ".c2.r2": "row",
        ".c3": "list",
        ".c4": "picture",
        ".c5": "paragraph",
    }
    assert items[".c5"].text == "Lyn / Place\nBy the sea."
    assert items[".c3"].text == "Lyn / Cups\none\ntwo there"
    assert items[".c4"].image == "a/map.png"
    assert {items[name].parent for name in (".c1", ".c2", ".c5")} == {"a/lyn.html"}


def test_merged_cells_stand_in_every_row_and_column_they_span() -> None:
    items = by_id(html_components(PAGE, "a/lyn.html"))
    assert items[".c2.r1"].text == "Lyn / Cups\nYear: 1911; Who Coach: Ole; Who Keeper: Per"
    assert items[".c2.r2"].text == "Lyn / Cups\nYear: 1911; Who Coach: Jon; Who Keeper: Kai"


def test_links_stand_on_their_words() -> None:
    items = html_components(PAGE, "a/lyn.html")
    found = {
        (item.id[10:], link.target, item.text[slice(*link.span)])
        for item in items
        for link in item.links
        if link.span
    }
    assert found == {
        (".c1", "b/ole.html", "Ole Moe"),
        (".c1.s1", "b/ole.html", "Ole Moe"),
        (".c2.r1", "a/ole.html", "Ole"),
        (".c3", "https://x.org/a b", "there"),
    }


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("#here", None),
        ("mailto:a@b.c", None),
        ("", None),
        ("c.html?x=1#y", "a/c.html"),
        ("../c%20d.html", "c d.html"),
        ("/wiki/C", "/wiki/C"),
        ("HTTPS://x.org/c#d", "https://x.org/c"),
    ],
)
def test_where_a_link_leads(href: str, target: str | None) -> None:
    assert link_target(href, "a/b.html") == target


def test_markdown_is_read_as_its_page(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "lyn.md").write_text(
        "# Lyn\n\nSee [Ole](ole.md).\n\n## Cups\n\n| Year | Club |\n|---|---|\n| 1911 | Lyn |\n"
    )
    (folder / "ole.md").write_text("# Ole\n\nHe coached.\n")
    items = {item.id: item for item in read_components([folder])}
    assert items["notes/lyn.md.c2.r1"].text == "Lyn / Cups\nYear: 1911; Club: Lyn"
    assert items["notes/lyn.md.c1"].links[0].target == "notes/ole.md"
    assert "notes/ole.md" in items


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableFileError, match="not UTF-8"):
        list(read_components([tmp_path / "bad.html"]))
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        list(read_components([tmp_path / "absent.html"]))
    with pytest.raises(InvalidInputError, match="none of the files wanted"):
        list(read_components([tmp_path / "file.exe"]))


OPENED = ["p", "table", "tr", "td", "th", "ul", "li", "h1", "h2", "a href=x", "div"]
ODD = ["img src=y alt=z", "td rowspan=3 colspan=2", "/p", "/table", "/td", "/ul", "/h1", "/a"]
TAGS = st.sampled_from([*OPENED, *ODD])


@given(st.lists(st.one_of(TAGS.map(lambda tag: f"<{tag}>"), st.sampled_from(["x y. ", "Z", " "]))))
def test_any_page_gives_a_tree(parts: list[str]) -> None:
    items = html_components("".join(parts), "n")
    known = {item.id for item in items}
    assert len(known) == len(items)
    assert all(item.parent in known for item in items[1:])
    for item in items:
        for link in item.links:
            if link.span and item.kind in ("paragraph", "list"):
                assert item.text[slice(*link.span)] == link.text


@given(st.text("<>/tablerdph =\"'&;!-", max_size=60))
def test_broken_markup_is_read_all_the_same(page: str) -> None:
    assert html_components(page, "n")[0].kind == "document"
