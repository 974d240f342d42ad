"""What is said of a picture, wherever it is said."""

from __future__ import annotations

from pathlib import Path

from trovato.core import PathLike
from trovato.data.pictures import Caption, read_captions, words_of_name, xmp_of


class CaptionSources:
    """A file with captions, else XMP beside or inside the picture, else its name.

    Parameters
    ----------
    path
        A file with captions; see `trovato.data.pictures.read_captions`. Its names are paths from
        its own folder or, where they are there once, file names. None for no such file.
    names
        Whether the words of a file's name speak for a picture of which nothing else is said.
    """

    def __init__(self, path: PathLike | None, *, names: bool = False) -> None:
        self._names = names
        self._by_path: dict[Path, Caption] = {}
        by_name: dict[str, list[Caption]] = {}
        if path is not None:
            folder = Path(path).resolve().parent
            for name, said in read_captions(path).items():
                self._by_path[(folder / name).resolve()] = said
                by_name.setdefault(Path(name).name, []).append(said)
        self._by_name = {name: found[0] for name, found in by_name.items() if len(found) == 1}

    def of(self, path: Path) -> Caption:
        """What is said of the picture in a file; nothing where nothing is.

        Raises
        ------
        UnreadableFileError
            If the picture cannot be opened, or XMP beside it cannot be read.
        """
        told = self._by_path.get(path.resolve()) or self._by_name.get(path.name)
        if told is None:
            told = xmp_of(path)
        if self._names and not told.text:
            told = Caption(words_of_name(path.name), told.attributes)
        return told
