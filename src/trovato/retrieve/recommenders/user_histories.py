"""Who has cared for what: users by text id, each with a history."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import IdMap, InvalidInputError, Sequences


@dataclass(frozen=True, slots=True, eq=False)
class UserHistories:
    """Users, and what each of them cared for.

    Parameters
    ----------
    users
        Their ids.
    sequences
        Places in a catalogue, oldest first, user by user.
    seen
        Places of all that each of them was shown; None where that is what they cared for.

    Raises
    ------
    InvalidInputError
        If there is not one history for each user.
    """

    users: IdMap
    sequences: Sequences
    seen: Sequences | None = None

    def __post_init__(self) -> None:
        if len(self.users) != len(self.sequences):
            raise InvalidInputError(
                f"wanted one history for each of {len(self.users)} users, got {len(self.sequences)}"
            )
