"""Pictures that visitors ask with, kept while the application runs."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from pathlib import Path

from starlette.exceptions import HTTPException

from trovato.data.pictures import read_picture

_NAME = re.compile(r"upload:[0-9a-f]{32}")


class Uploads:
    """Files of pictures by names that nobody can guess.

    Parameters
    ----------
    most
        How many are kept; the oldest go first.
    """

    def __init__(self, most: int = 100) -> None:
        self._most = most
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Path] = OrderedDict()

    @staticmethod
    def names(name: str) -> bool:
        """Whether that is the name of an upload, there or not."""
        return _NAME.fullmatch(name) is not None

    def add(self, content: bytes) -> str:
        """Keep a picture; its name.

        Raises
        ------
        UnreadableFileError
            If it is no picture of a known type, or damaged.
        """
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="trovato-uploads-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        code = secrets.token_hex(16)
        path = self._folder / code
        path.write_bytes(content)
        try:
            read_picture(path)
        except Exception:
            path.unlink()
            raise
        with self._lock:
            self._kept[f"upload:{code}"] = path
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)[1].unlink(missing_ok=True)
        return f"upload:{code}"

    def path(self, name: str) -> Path:
        """Where one of them lies.

        Raises
        ------
        HTTPException
            If it is not there any more.
        """
        with self._lock:
            path = self._kept.get(name)
        if path is None:
            raise HTTPException(404, "this picture is not kept any more: give it again")
        return path
