"""What is said of a picture, wherever it is said."""

from __future__ import annotations

from pathlib import Path

from trovato.core import PathLike
from trovato.data.pictures import Caption, read_captions


class CaptionSources:
    """Captions by path and, where a name is there once, by file name.

    Parameters
    ----------
    path
        A file with captions; see `trovato.data.pictures.read_captions`. None for none.
    """

    def __init__(self, path: PathLike | None) -> None:
        self._by_path: dict[Path, Caption] = {}
        by_name: dict[str, list[Caption]] = {}
        if path is not None:
            folder = Path(path).resolve().parent
            for name, said in read_captions(path).items():
                self._by_path[(folder / name).resolve()] = said
                by_name.setdefault(Path(name).name, []).append(said)
        self._by_name = {name: found[0] for name, found in by_name.items() if len(found) == 1}

    def of(self, path: Path) -> Caption:
        """What is said of the picture in a file; nothing where nothing is."""
        return self._by_path.get(path.resolve(), self._by_name.get(path.name, Caption()))
