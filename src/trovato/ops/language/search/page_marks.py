"""What a page is known by beside its words: parts with a number, and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_MONTH = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
)
_DATES = (
    re.compile(rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>\d{{4}})(?!\w)"),
    re.compile(rf"(?<!\w){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\w)"),
)
_COUNTED = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty
""".split()  # noqa: SIM905
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905
_SPELT = rf"(?:{'|'.join(_COUNTED)}|[ivxl]+)(?!\w)"
_NUMBER = rf"\d{{1,4}}(?:[.-]\d{{1,3}})*[a-z]?(?!\w|-\d)|{_SPELT}"
# The second and further numbers of a list are short: the year in "table 4, 2015" is none.
_NEXT = rf"\d{{1,3}}(?:\.\d+)*[a-z]?(?!\w)|{_SPELT}"
_AND = r"(?:\s*(?:,|&|\band\b|\bor\b|\bund\b|\bet\b|\by\b))+\s*"
_TO = r"\s*(?:-|\u2013|\bto\b|\bthrough\b|\bbis\b)\s*(?:page\s*)?"
_KINDS = (
    r"figures?|figs?\.?|tables?|tabs?\.?|charts?|diagrams?|maps?|plates?|schemes?|algorithms?|"
    r"listings?|exhibits?|box(?:es)?|abbildung(?:en)?|abb\.?|tabellen?|tableaux?|figuras?|tablas?"
)
_PART = (
    rf"(?P<part>{_KINDS}|slides?|pages?|pp?\.|sections?|chapters?|parts?|units?|modules?|lessons?|"
    r"lectures?|articles?|clauses?|appendi(?:x|ces)|annex(?:es)?|notes?|items?|schedules?|steps?|"
    r"examples?|exercises?|questions?|problems?|equations?|theorems?|lemmas?|definitions?|volumes?|"
    r"seiten?|kapitel|abschnitte?|artikel|paginas?|capitulos?|chapitres?|secciones?)"
)
_NUMBERED = re.compile(
    rf"(?<!\w){_PART}\s*(?:nos?\.?\s*)?"
    rf"(?P<numbers>(?:{_NUMBER})(?:(?:{_AND}|{_TO})(?:{_NEXT}))*)"
)
_CAPTION = re.compile(rf"^\W{{0,3}}(?:{_KINDS})\s*(?:nos?\.?\s*)?(?:{_NUMBER})", re.MULTILINE)
_ORDERED = re.compile(rf"(?<!\w)(?P<number>{'|'.join(_ORDINALS)}) (?P<part>page|slide)(?!\w)")
_SINGLE = re.compile(rf"(?P<to>{_TO})?(?P<number>{_NUMBER})")
# A range of pages is each of them, up to so many.
_LONGEST_RANGE = 50
# One name for each kind of part; a slide is a page.
_PARTS = {
    "fig": "figure",
    "figura": "figure",
    "abbildung": "figure",
    "abbildungen": "figure",
    "abb": "figure",
    "tab": "table",
    "tabelle": "table",
    "tabellen": "table",
    "tableau": "table",
    "tableaux": "table",
    "tabla": "table",
    "slide": "page",
    "seite": "page",
    "seiten": "page",
    "pagina": "page",
    "p": "page",
    "pp": "page",
    "appendices": "appendix",
    "annexes": "annex",
    "boxes": "box",
    "kapitel": "chapter",
    "capitulo": "chapter",
    "chapitre": "chapter",
    "abschnitt": "section",
    "abschnitte": "section",
    "seccion": "section",
    "secciones": "section",
    "artikel": "article",
}


def date_marks(folded: str) -> list[str]:
    """Dates with the English name of their month, as ISO 8601 writes them without hyphens.

    Examples
    --------
    >>> date_marks("signed on 4 march 2015, ends dec. 31, 2019")
    ['20150304', '20191231']
    """
    return [
        f"{date['year']}{_MONTHS.index(date['month']) + 1:02}{int(date['day']):02}"
        for form in _DATES
        for date in form.finditer(folded)
    ]


def part_marks(folded: str) -> list[str]:
    """Figures, tables, pages and sections that a text names by number, each as one word.

    Numbers may be spelt out up to twenty, listed, and for pages be a range.

    Examples
    --------
    >>> part_marks("see fig. 3 and table 2.1 on slide 12")
    ['figure3', 'table2p1', 'page12']
    >>> part_marks("pages 3 to 5, figures 5 and 6, page fourteen, the second slide")
    ['page3', 'page4', 'page5', 'figure5', 'figure6', 'page14', 'page2']
    """
    marks = [
        part + number
        for found in _NUMBERED.finditer(folded)
        for part in [_name(found["part"])]
        for number in _numbers(found["numbers"], ranges=part == "page")
    ]
    ordered = [f"page{_ORDINALS.index(one['number']) + 1}" for one in _ORDERED.finditer(folded)]
    return marks + ordered


def captions(folded: str) -> list[str]:
    r"""Figures, tables and the like whose number begins a line, as their captions do.

    Examples
    --------
    >>> captions("as figure 2 shows\nfigure 3: shares\ntable ii. funds, see table 1")
    ['figure 3', 'table ii']
    """
    return list(dict.fromkeys(found.group().strip() for found in _CAPTION.finditer(folded)))


def _name(part: str) -> str:
    bare = part.rstrip(".")
    single = bare if bare in _PARTS else bare.removesuffix("s")
    return _PARTS.get(single, single)


def _numbers(listed: str, *, ranges: bool) -> Iterator[str]:
    last: int | None = None
    for found in _SINGLE.finditer(listed):
        first, _, end = found["number"].partition("-")
        pages = [first, end] if ranges and end.isdigit() else [found["number"]]
        for place, page in enumerate(pages):
            number = str(_COUNTED.index(page) + 1) if page in _COUNTED else page
            value = int(number) if number.isdigit() else None
            if ranges and last and value and (found["to"] or place):
                yield from map(str, range(last + 1, min(value, last + _LONGEST_RANGE)))
            yield number.replace(".", "p").replace("-", "p")
            last = value
