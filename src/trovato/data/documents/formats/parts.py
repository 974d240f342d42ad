"""Files that hold other files: the pages of one part after those of another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from trovato.core import Attribute, Closing, MissingExtraError, Page, UnreadableFileError
from trovato.data.documents.document import Document

# What a file holds beyond this is not read.
_MOST_PARTS = 1000
# Bytes of one file in an archive; what unpacks to more is taken for a bomb.
_MOST_UNPACKED = 1 << 30
# Characters of the note on parts that could not be read.
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside of another: its name there, and what writes its content to a place."""

    name: str
    write: Callable[[Path], None]


def check_unpacked(size: int) -> None:
    """Refuse a file of an archive that is `size` bytes long, or at least so long.

    Raises
    ------
    UnreadableFileError
        If it is taken for a bomb.
    """
    if size > _MOST_UNPACKED:
        raise UnreadableFileError(f"unpacks to more than {_MOST_UNPACKED >> 20} MiB")


def is_hidden(name: str) -> bool:
    """Whether a file of an archive, or a folder above it, is one that its system hides."""
    steps = name.split("/")
    return any(step == "__MACOSX" or (step.startswith(".") and step != ".") for step in steps)


class DocumentOfParts(Closing):
    """A file and what it holds, such as a mail with attachments; see `Document`.

    Each page of a part has the name of the part as its attribute `part`, and as its title where the
    part states none. Parts that cannot be read are named in the attribute `unread`. At most one is
    open at a time, and lies in a temporary folder.

    Parameters
    ----------
    kind
        Of the whole.
    body
        Its own pages, which come first; None where it has none.
    parts
        What it holds; only the first 1,000 are read.
    opened
        Opens a part.
    release
        Lets go of what the parts are read from.

    Raises
    ------
    UnreadableFileError
        If there is neither a body nor a part that can be read.
    """

    def __init__(
        self,
        kind: str,
        body: Document | None,
        parts: Sequence[Part],
        opened: Callable[[Path], Document],
        release: Callable[[], None] | None = None,
    ) -> None:
        self.kind = kind
        self._body = body
        self._opened = opened
        self._release = release
        self._parts: list[Part] = []
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self._current: tuple[int, Document] | None = None
        counts = [0 if body is None else body.page_count]
        unread: list[str] = []
        for part in parts[:_MOST_PARTS]:
            try:
                with self._open(part) as document:
                    counts.append(document.page_count)
                self._parts.append(part)
            except (UnreadableFileError, MissingExtraError) as error:
                unread.append(f"{part.name}: {error}")
        unread += [f"{part.name}: is one too many" for part in parts[_MOST_PARTS:]]
        self._ends = list(accumulate(counts))
        if not self.page_count:
            self.close()
            reasons = "; ".join(unread)[:_LONGEST] or "nothing"
            raise UnreadableFileError(f"holds no file that can be read ({reasons})")
        own = {} if body is None else dict(body.attributes)
        self.attributes: dict[str, Attribute] = {
            **own,
            **({"unread": "; ".join(unread)[:_LONGEST]} if unread else {}),
        }

    @property
    def page_count(self) -> int:
        """At least 1."""
        return self._ends[-1]

    def close(self) -> None:
        """Let go of the body, the part that is open, and the temporary folder."""
        self._close_part()
        if self._body is not None:
            self._body.close()
        if self._release is not None:
            self._release()
        self._folder.cleanup()

    def page(self, number: int) -> Page:
        """One page of the body or of a part."""
        document, part, own = self._place(number)
        page = document.page(own)
        if part is None:
            return page
        title = document.attributes.get("title", part.name)
        facts = {"title": title, **page.attributes, "part": part.name}
        return replace(page, number=number, attributes=facts)

    def render(self, number: int, long_side: int) -> Image.Image:
        """Draw one page of the body or of a part."""
        document, _, own = self._place(number)
        return document.render(own, long_side)

    def _place(self, number: int) -> tuple[Document, Part | None, int]:
        """The document that has a page, the part it is of, and the number of the page there."""
        if not 1 <= number <= self.page_count:
            raise UnreadableFileError(f"there is no page {number} of {self.page_count}")
        index = bisect_right(self._ends, number - 1)
        own = number - (self._ends[index - 1] if index else 0)
        if not index and self._body is not None:
            return self._body, None, own
        part = self._parts[index - 1]
        if self._current is None or self._current[0] != index:
            self._close_part()
            self._current = index, self._open(part)
        return self._current[1], part, own

    def _open(self, part: Part) -> Document:
        place = Path(self._folder.name) / f"part{Path(part.name).suffix[:16].lower()}"
        try:
            part.write(place)
        except OSError as error:
            raise UnreadableFileError(f"cannot be unpacked: {error.strerror or error}") from error
        return self._opened(place)

    def _close_part(self) -> None:
        if self._current is not None:
            self._current[1].close()
            self._current = None
