"""Strings that end an answer, also where they come in pieces."""

from __future__ import annotations

from collections.abc import Sequence


def before_stop(text: str, stop: Sequence[str]) -> str:
    """A text up to the first of some strings in it.

    Examples
    --------
    >>> before_stop("Paris. Question: And Rome?", ["Question:", ". Q"])
    'Paris'
    """
    return text[: min((at for one in stop if (at := text.find(one)) >= 0), default=len(text))]


class StopFilter:
    """The same for a text that comes in pieces; holds back what may be the start of such a string.

    Parameters
    ----------
    stop
        The strings.

    Attributes
    ----------
    stopped
        Whether one of them came; from then on nothing is let through.

    Examples
    --------
    >>> only = StopFilter(["###"])
    >>> [only.push(piece) for piece in ("Paris #", "1.", " ##", "# Rome")], only.stopped
    (['Paris ', '#1.', ' ', ''], True)
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = stop
        self._held = ""
        self.stopped = False

    def push(self, piece: str) -> str:
        """What can be shown now that this piece has come."""
        if self.stopped:
            return ""
        text = self._held + piece
        shown = before_stop(text, self._stop)
        if len(shown) < len(text):
            self.stopped = True
            self._held = ""
            return shown
        held = max(
            (n for one in self._stop for n in range(1, len(one)) if text.endswith(one[:n])),
            default=0,
        )
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        """What was held back, once no more comes."""
        held, self._held = self._held, ""
        return held
