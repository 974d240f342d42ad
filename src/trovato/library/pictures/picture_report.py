"""What bringing pictures into a collection did."""

from __future__ import annotations

from dataclasses import dataclass, field

from trovato.encode.images import Alignment


@dataclass(slots=True)
class PictureReport:
    """What was done with each picture.

    Parameters
    ----------
    added, replaced, unchanged
        Names of pictures.
    failures
        Names of those that could not be read, with the reason.
    duplicates
        Names of pictures that hold the very bytes of another, with the name of that one.
    alike
        Names of pictures that look the same as another, of this run or before, with its name.
    captioned
        How many of those that were written have a caption.
    placed
        How many were placed in a space that was fitted in this run.
    alignment
        How well captions are foretold from pictures; None for an encoder that is not fitted, or
        where captions were too few.
    reads_text
        Whether changes and words can be compared with pictures: not where captions were too few.
    seconds
        Wall time.
    """

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    alike: list[tuple[str, str]] = field(default_factory=list)
    captioned: int = 0
    placed: int = 0
    alignment: Alignment | None = None
    reads_text: bool = False
    seconds: float = 0.0
