"""Words in the names of files."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]{2,}")
# What cameras and programs call files, whatever they show.
_MEANINGLESS = frozenset(
    ("img", "dsc", "dscn", "dscf", "pxl", "mvimg", "vid", "image", "picture", "photo")
) | frozenset(("pic", "screenshot", "scan", "unnamed", "untitled", "download", "copy", "edited"))


def words_of_name(name: str) -> str:
    """The words in a file's name, such as "red dress" for `red-dress_02.jpg`; empty for none.

    Examples
    --------
    >>> words_of_name("red-dress_02.jpg"), words_of_name("IMG_2041.JPG")
    ('red dress', '')
    """
    words = _WORD.findall(name.rpartition(".")[0] or name)
    meant = [word for word in words if word.lower() not in _MEANINGLESS]
    return " ".join(meant)
