"""What was trained or made, in one file that says what it is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core.errors import UnreadableFileError
from trovato.core.system.files import PathLike, atomic_path

_FORMAT = 1
_ABOUT = "about"


@dataclass(frozen=True, slots=True, eq=False)
class Artifact:
    """Arrays by name and what is said of them; a file is NumPy's npz, without pickles.

    Parameters
    ----------
    kind
        What it is, such as "recommender": a file of another kind is refused.
    fingerprint
        Of what it was made from; whoever loads it says whether that is theirs.
    arrays
        By name, other than "about" and "file".
    about
        What else there is, as JSON holds it.

    Examples
    --------
    >>> import numpy as np
    >>> Artifact("mean", "3f2a", {"values": np.zeros(3)}, {"rows": 10}).save("mean.npz")
    >>> Artifact.load("mean.npz", "mean", remedy="make it again").about["rows"]
    10
    """

    kind: str
    fingerprint: str
    arrays: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)

    def save(self, path: PathLike) -> None:
        """Write it, whole or not at all.

        Raises
        ------
        StorageError
            If the system refuses to write.
        """
        head = {
            "format": _FORMAT,
            "kind": self.kind,
            "fingerprint": self.fingerprint,
            "about": dict(self.about),
        }
        with atomic_path(path) as part, part.open("wb") as file:
            np.savez(file, **{_ABOUT: np.array(json.dumps(head)), **self.arrays})

    @staticmethod
    def load(path: PathLike, kind: str, *, remedy: str) -> Artifact:
        """Read what `save` wrote.

        Parameters
        ----------
        path
            The file.
        kind
            What it must be.
        remedy
            What to do where it is not, as the error says it.

        Raises
        ------
        UnreadableFileError
            If the file is absent, damaged, of another kind or of another format.
        """
        path = Path(path)
        if path.is_file() and not zipfile.is_zipfile(path):
            raise UnreadableFileError(f"{path} is not a whole {kind}: it was cut off; {remedy}")
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                head = json.loads(str(stored[_ABOUT]))
                if (head["kind"], head["format"]) != (kind, _FORMAT):
                    raise UnreadableFileError(
                        f"{path} is a {head['kind']} of format {head['format']}, wanted a {kind} "
                        f"of format {_FORMAT}: {remedy}"
                    )
                arrays = {name: stored[name] for name in stored if name != _ABOUT}
            return Artifact(kind, head["fingerprint"], arrays, head["about"])
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise UnreadableFileError(f"{path} is not a whole {kind}: {error}; {remedy}") from error
