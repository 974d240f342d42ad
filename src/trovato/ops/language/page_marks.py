"""What a page is known by beside its words: numbered parts, dates, statements of accounts."""

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
# Titles of the statements that every annual account has, and what stands on which of them.
_STATEMENTS = {
    "balancesheet": re.compile(
        r"balance sheets?\b|statements? of financial (?:position|condition)\b"
    ),
    "incomestatement": re.compile(
        r"(?:income|profit and loss|earnings) statements?\b|profit and loss accounts?\b"
        r"|statements? of (?:consolidated )?(?:comprehensive |net )?"
        r"(?:income|operations|earnings|profit)\b"
    ),
    "cashflow": re.compile(
        r"cash flows? statements?\b|statements? of (?:consolidated )?cash flows?\b"
    ),
}
_LINES = {
    "balancesheet": re.compile(
        r"\b(?:(?:current|total|fixed|net|intangible) assets|liabilit(?:y|ies)|receivables?"
        r"|payables?|inventor(?:y|ies)|equity|goodwill|working capital|quick ratio|current ratio"
        r"|long-term debt|pp&e|property, plant)\b"
    ),
    "incomestatement": re.compile(
        r"\b(?:net income|net sales|revenues?|cogs|cost of (?:goods sold|sales|revenue)|ebitda?"
        r"|gross (?:profit|margin)|operating (?:income|profit|margin|expenses?)|earnings per share"
        r"|eps|interest expense|tax rate|net profit|sg&a|turnover)\b"
    ),
    "cashflow": re.compile(
        r"\b(?:cash flows?|capex|capital expenditures?|depreciation|amorti[sz]ation"
        r"|dividends? paid|repurchases?|free cash)\b"
    ),
}
_HEAD = 400  # characters in which a statement has its title
_FIGURES = 20  # numbers that a statement has at least
_NUMBER = re.compile(r"\d[\d,.]*")


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


def statement_marks(folded: str) -> list[str]:
    """Which statement of accounts a page shows: its title above, and many figures.

    Examples
    --------
    >>> statement_marks("consolidated balance sheets " + " ".join(map(str, range(30))))
    ['statementbalancesheet']
    """
    if len(_NUMBER.findall(folded)) < _FIGURES:
        return []
    head = folded[:_HEAD]
    return [f"statement{name}" for name, title in _STATEMENTS.items() if title.search(head)]


def asked_statements(folded: str) -> list[str]:
    """The statements of accounts that hold what a question asks for.

    Examples
    --------
    >>> asked_statements("what is the quick ratio of fy2015?")
    ['statementbalancesheet']
    """
    return [
        f"statement{name}"
        for name in _STATEMENTS
        if _LINES[name].search(folded) or _STATEMENTS[name].search(folded)
    ]
