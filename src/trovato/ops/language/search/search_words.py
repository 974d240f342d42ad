"""Texts as a word index holds them: folded letters, and words of scripts without spaces."""

from __future__ import annotations

import re
import unicodedata

from trovato.ops.language.search.page_marks import date_marks, part_marks

# Scripts that put no spaces between words, or stick particles to them: Thai, Lao, Myanmar, Khmer,
# kana, Chinese characters, Hangul.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs of scripts of India and Tibet are marks, not letters, and part of their words.
_MARKS = "\u0300-\u036f\u0900-\u0963\u0971-\u0dff\u0f35-\u0f39\u0f71-\u0f84"
_WORD = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}])+"
_TOKEN = re.compile(rf"(?P<run>[{_UNSPACED}]+)|{_WORD}")
_ONE_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Soft hyphens, marks of direction and joiners change nothing that is read; nor does the tatweel.
_INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
# Letters that are written for each other: four of Arabic and Persian; ø, ł, đ, ı, æ and œ.
_SAME_LETTER: dict[int, int | str] = {
    **str.maketrans(
        "\u0649\u0629\u06a9\u06cc\u00f8\u0142\u0111\u0131", "\u064a\u0647\u0643\u064aoldi"
    ),
    ord("\u00e6"): "ae",
    ord("\u0153"): "oe",
}
_OTHER_DIGITS = re.compile(r"(?![0-9])\d")
# By commas or apostrophes, and as in India; by spaces that do not break a line.
_THOUSANDS = re.compile(
    r"(?<![\d.,'’])(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:['’]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?![\d,])"
)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_NUMBER_AND_UNIT = re.compile(r"(?<![^\W_])(\d+)([^\W\d_]{1,3})(?![^\W_])")
# Words linked without a space: part numbers, dates, addresses, names such as O'Brien.
_LINK = re.compile("[-\u2010\u2013./_'’:@+]")
_LINKED = re.compile(rf"{_WORD}(?:{_LINK.pattern}{_WORD})+")
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"[^\W_]*\d[^\W_]*")
_DIGITS = re.compile(r"[\d./:'’_+]+")
_LONGEST_CODE = 40
_LONG_NUMBER = 7  # digits; shorter ones are years and figures of tables


def fold(text: str) -> str:
    """One way of writing each letter: small, without accents, vowel points and soft hyphens.

    Unicode NFKC, so ligatures, full-width letters and shaped Arabic letters become plain ones.

    Examples
    --------
    >>> fold("Škvorecká, GRÖSSE, ﬁne, Wert\u00adpapier")
    'skvorecka, grosse, fine, wertpapier'
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    same = unicodedata.normalize("NFC", bare).translate(_SAME_LETTER)
    return _OTHER_DIGITS.sub(lambda digit: str(unicodedata.decimal(digit.group())), same)


def search_words(text: str) -> list[str]:
    """The words of a text in order, as a word index holds them.

    A run of a script without spaces becomes its overlapping bigrams and its last character, so that
    every character begins a term: a word is a phrase of bigrams, a single character a prefix. They
    need no dictionary, and were as good as words for retrieval (Nie et al. 2000, "On the use of
    words and n-grams for Chinese information retrieval"). Commas between thousands go, and a unit
    parts from its number.

    Examples
    --------
    >>> search_words("1,200 l at 15kW: 供水管网")
    ['1200', 'l', 'at', '15', 'kw', '供水', '水管', '管网', '网']
    """
    runs = _runs(text)
    if text.isascii():
        return runs
    return [term for run in runs for term in (_bigrams(run) or [run])]


def query_words(text: str) -> list[str]:
    """The same for a question: a run's last character is left out, where it is not the only one.

    Examples
    --------
    >>> query_words("供水管网, 税")
    ['供水', '水管', '管网', '税']
    """
    terms: list[str] = []
    for run in _runs(text):
        bigrams = _bigrams(run)
        terms += bigrams[:-1] or bigrams or [run]
    return terms


def codes(text: str) -> list[str]:
    """Part numbers, dates, linked names and long numbers of a text, each without its separators.

    Numbers keep a point or a colon as what it is: 12.5 is not 125. With them go the marks of
    `page_marks`: dates, and figures, tables, pages and the like by their number.

    Examples
    --------
    >>> codes("XJ-4471-b and 05145-8841815, O'Brien, 12.5 kg, 15kW")
    ['xj4471b', '051458841815', 'obrien', '8841815', '15kw']
    >>> codes("on 4 March 2015") == codes("2015-03-04")
    True
    """
    folded = fold(text)
    runs = _LINKED.findall(folded) if _LINK.search(folded) else []
    found = [joined(linked) for linked in runs if not _DIGITS.fullmatch(linked)]
    if not _DIGIT.search(folded):  # as in most sentences
        return _of_length(found + part_marks(folded))
    numbers = [
        code for code in _CODE.findall(folded) if len(code) >= _LONG_NUMBER or not code.isdigit()
    ]
    return _of_length(found + numbers + date_marks(folded) + part_marks(folded))


def _of_length(found: list[str]) -> list[str]:
    return [code for code in dict.fromkeys(found) if 1 < len(code) <= _LONGEST_CODE]


def joined(linked: str) -> str:
    """A linked run without its separators.

    Examples
    --------
    >>> joined("xj-4471-b")
    'xj4471b'
    """
    return "".join(re.findall(_WORD, linked))


def linked_runs(text: str) -> list[str]:
    """What stands in a row in a text, without spaces: part numbers, numbers with their unit.

    Examples
    --------
    >>> linked_runs("seal kit XJ-4471-b for 15kW")
    ['xj-4471-b', '15kw']
    """
    folded = _THOUSANDS.sub("", fold(text))
    return [
        found.group() for form in (_LINKED, _NUMBER_AND_UNIT) for found in form.finditer(folded)
    ]


def is_unspaced(term: str) -> bool:
    """Whether a term of `query_words` is of a script without spaces.

    Examples
    --------
    >>> is_unspaced("供水"), is_unspaced("water")
    (True, False)
    """
    found = _TOKEN.fullmatch(term)
    return found is not None and found["run"] is not None


def holds_unspaced(text: str) -> bool:
    """Whether there is a character of a script without spaces in a text.

    Examples
    --------
    >>> holds_unspaced("Größe 供水"), holds_unspaced("Größe")
    (True, False)
    """
    return not text.isascii() and _ONE_UNSPACED.search(text) is not None


def _runs(text: str) -> list[str]:
    """Folded words, and whole runs of a script without spaces."""
    text = text if text.isascii() else _SPACED_THOUSANDS.sub("", text)
    folded = _THOUSANDS.sub(lambda number: re.sub(r"\D", "", number.group()), fold(text))
    folded = _NUMBER_AND_UNIT.sub(r"\1 \2", folded)
    if folded.isascii():
        return _ASCII_WORD.findall(folded)
    return [found.group() for found in _TOKEN.finditer(folded)]


def _bigrams(run: str) -> list[str]:
    """Neighbours of a run of a script without spaces, then its last character; none for a word."""
    if not is_unspaced(run):
        return []
    characters: list[str] = []
    for character in run:
        if characters and unicodedata.category(character)[0] == "M":
            characters[-1] += character  # vowels and tones of Thai stay with their letter
        else:
            characters.append(character)
    return [first + second for first, second in zip(characters, [*characters[1:], ""], strict=True)]
