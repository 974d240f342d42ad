"""What people say of a log that they bring."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from trovato.core import InvalidInputError
from trovato.interactions.imports.times import UNITS, TimeUnit


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the source does not say itself.

    Parameters
    ----------
    user, item, rating, time
        Names of the columns of a table; where they are empty, the usual names are looked for.
    like_from
        The lowest rating that counts as a like.
    time_unit
        Of times that are numbers; `auto` takes the one that makes them lie after 1973.
    text_ids
        Whether ids that are numbers are kept as texts, since they need more than 32 bits.

    Raises
    ------
    InvalidInputError
        If there is no such unit.
    """

    user: str = ""
    item: str = ""
    rating: str = ""
    time: str = ""
    like_from: float = 4.0
    time_unit: TimeUnit = "auto"
    text_ids: bool = False

    def __post_init__(self) -> None:
        if self.time_unit not in UNITS:
            raise InvalidInputError(
                f"a unit of time is one of {', '.join(UNITS)}, got {self.time_unit!r}"
            )

    def recipe(self) -> dict[str, Any]:
        """What a log is made by, as JSON holds it."""
        chosen = asdict(self)
        del chosen["text_ids"]  # follows from the source
        return chosen
