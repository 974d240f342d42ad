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
    time_format
        Of dates in other forms than ISO 8601's, as `strptime` has it, such as `%d/%m/%Y`.
    encoding
        Of text files; where it is empty, UTF-8, or UTF-16 with its mark.
    columns
        Names of the columns of a table whose first line is a row already, with commas.
    title_columns
        The same of the table of titles.
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
    time_format: str = ""
    encoding: str = ""
    columns: str = ""
    title_columns: str = ""
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
        for name in ("time_format", "encoding", "columns", "title_columns"):
            if not chosen[name]:  # as in logs that were made before there was such an option
                del chosen[name]
        return chosen
