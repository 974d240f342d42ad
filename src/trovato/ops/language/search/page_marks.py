"""What a page is known by beside its words: parts with a number, and dates."""

from __future__ import annotations

import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_MONTH = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
)
_DATES = (
    re.compile(rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>\d{{4}})(?!\w)"),
    re.compile(rf"(?<!\w){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\w)"),
)
_NUMBERED = re.compile(
    r"(?<!\w)(?P<part>figure|fig\.?|table|tab\.?|chart|slide|page|section|chapter|appendix|exhibit|"
    r"box|abbildung|abb\.?|tabelle|seite|tableau|figura|tabla|pagina)\s*(?:no\.?\s*)?"
    r"(?P<number>\d+(?:\.\d+)*[a-z]?)(?!\w)"
)
# One name for each kind of part; a slide is a page.
_PARTS = {
    "fig": "figure",
    "figura": "figure",
    "abbildung": "figure",
    "abb": "figure",
    "tab": "table",
    "tabelle": "table",
    "tableau": "table",
    "tabla": "table",
    "slide": "page",
    "seite": "page",
    "pagina": "page",
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

    Examples
    --------
    >>> part_marks("see fig. 3 and table 2.1 on slide 12")
    ['figure3', 'table2p1', 'page12']
    """
    return [
        _PARTS.get(found["part"].rstrip("."), found["part"].rstrip("."))
        + found["number"].replace(".", "p")
        for found in _NUMBERED.finditer(folded)
    ]
