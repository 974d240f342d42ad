"""A caption with a change applied by rules: the target description where no model writes one."""

from __future__ import annotations

import re

from trovato.ops.language.stop_words import QUERY_STOP_WORDS
from trovato.ops.language.word_stems import comparable, word_stems

# Of these a picture's caption has one of a kind: a new one takes the place of the old.
_KINDS = tuple(
    frozenset(kind.split())
    for kind in (
        "black white grey silver red maroon burgundy pink magenta purple violet lavender blue navy "
        "turquoise teal green olive lime yellow mustard gold golden orange peach coral brown tan "
        "beige cream khaki copper bronze",
        "man woman boy girl male female unisex",
        "one two three four five six seven eight nine ten eleven twelve",
    )
)
# Words that ask for the change, and are no part of what is wanted.
_ASKING = frozenset(
    """
    add become change convert different instead like look make need please put rather replace show
    similar something swap take turn use version want wear
    adding changed looking made making replaced showing wearing
    """.split()  # noqa: SIM905
)
# What goes away, and what comes in its place.
_EXCHANGES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<new>.*)\b(?:instead of|rather than)\b(?P<old>.+)",
        r"(?P<before>.*)\bnot\b(?P<old>[^,]+?),? but\b(?P<new>.+)",
        r"(?P<before>.*)\b(?:replace|swap|exchange|change|turn|convert)\b(?P<old>.+?)"
        r"\b(?:with|by|for|to|into)\b(?P<new>.+)",
        r"(?P<new>.*)\b(?:not|without|no|remove|drop)\b(?P<old>[^,]+)(?P<after>.*)",
    )
)
_PARTS = re.compile(r"[:,;]")


def apply_edit(caption: str, edit: str) -> str:
    """Describe what is wanted, from the caption of the reference picture and the change.

    Words that the change takes away go. So do words that are of one kind with a new word (colours,
    man and woman, numbers), where the change names a part of the caption only in that part; and a
    part after a colon or comma that ends in the last new word. Then the new words are added.

    Parameters
    ----------
    caption
        Of the reference picture; empty where it has none.
    edit
        The change, in English.

    Returns
    -------
    str
        Words in lower case; the edit itself where nothing is left of caption and edit.

    Examples
    --------
    >>> apply_edit("man pilot: dark skin tone", "with a medium skin tone")
    'man pilot medium skin tone'
    >>> apply_edit("Puma Men Black Sandals", "in white, please")
    'puma men sandals white'
    """
    new, old = _exchanged(edit)
    wanted = [word for word in _words(new) if _stem(word) not in _ASKING | QUERY_STOP_WORDS]
    added = [_stem(word) for word in wanted]
    gone = {stem for stem in word_stems(old) if stem not in QUERY_STOP_WORDS}
    replaced = frozenset[str]().union(*(kind for kind in _KINDS if kind & set(added)))
    parts = [_words(part) for part in _PARTS.split(caption)]
    named = [bool({*map(_stem, part)} & (set(added) - replaced)) for part in parts]
    kept = []
    for place, (words, is_named) in enumerate(zip(parts, named, strict=True)):
        if place and added and words and _stem(words[-1]) == added[-1]:
            continue
        leaving = gone | set(added) | (replaced if is_named or not any(named) else set())
        kept += [word for word in words if _stem(word) not in leaving]
    return " ".join([*kept, *wanted]) or edit


def _exchanged(edit: str) -> tuple[str, str]:
    """What is new, and what goes."""
    edit = comparable(edit)
    for pattern in _EXCHANGES:
        if found := pattern.fullmatch(edit.strip()):
            parts = found.groupdict()
            new = " ".join(parts.get(name) or "" for name in ("before", "new", "after"))
            return new, parts["old"]
    return edit, ""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", comparable(text))


def _stem(word: str) -> str:
    return word_stems(word)[0]
