"""Where the files of a log lie: one for each week, in three parts, and metadata beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# The published split in time: weeks 0 to 24 to train on, one to choose by, one to test on.
TRAIN_WEEKS = 25
VALIDATION_WEEK = 25
TEST_WEEK = 26
WEEKS = 27


@dataclass(frozen=True, slots=True)
class LogLayout:
    """The file names of a log in the layout of VK-LSVD.

    Parameters
    ----------
    root
        The folder that holds `train/`, `validation/` and `test/`, or `interactions/` with them.
    metadata
        The folder of the tables of users and items.
    """

    root: Path
    metadata: Path

    @staticmethod
    def of(folder: Path) -> LogLayout:
        """The layout of a whole log: `interactions/` and `metadata/` in one folder."""
        return LogLayout(folder / "interactions", folder / "metadata")

    def week(self, number: int) -> Path:
        """The file of a week, 0…26."""
        part = "train"
        if number >= TRAIN_WEEKS:
            part = "validation" if number == VALIDATION_WEEK else "test"
        return self.root / part / f"week_{number:02d}.parquet"

    @property
    def tables(self) -> tuple[Path, ...]:
        """What may be known of users and items."""
        return (
            *(self.users, self.items, self.embeddings, *self.names),
            self.calendar,
        )

    @property
    def names(self) -> tuple[Path, ...]:
        """What the source of an imported log calls its users and items, and their titles."""
        return self.user_names, self.item_names, self.item_titles

    @property
    def user_names(self) -> Path:
        """The names of users."""
        return self.metadata / "user_names.parquet"

    @property
    def item_names(self) -> Path:
        """The names of items."""
        return self.metadata / "item_names.parquet"

    @property
    def item_titles(self) -> Path:
        """The titles of items, by name."""
        return self.metadata / "item_titles.parquet"

    @property
    def calendar(self) -> Path:
        """When an imported log begins, and how many rows each of its days has."""
        return self.metadata / "calendar.json"

    @property
    def users(self) -> Path:
        """The table of users."""
        return self.metadata / "users_metadata.parquet"

    @property
    def items(self) -> Path:
        """The table of items."""
        return self.metadata / "items_metadata.parquet"

    @property
    def embeddings(self) -> Path:
        """Content vectors of items, with the ids that say whose they are."""
        return self.metadata / "item_embeddings.npz"
