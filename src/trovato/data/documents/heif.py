"""HEIC pictures, as telephones write them, where a package reads them."""

from __future__ import annotations

from functools import cache

from trovato.core import UnreadableFileError

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


def is_heif(head: bytes) -> bool:
    """Whether a file that starts with `head` is a HEIC picture."""
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


@cache
def open_heif() -> None:
    """Let Pillow open HEIC pictures, by pi-heif or pillow-heif.

    Raises
    ------
    UnreadableFileError
        If neither is installed.
    """
    try:
        from pi_heif import register_heif_opener
    except ImportError:
        try:
            from pillow_heif import register_heif_opener
        except ImportError as error:
            raise UnreadableFileError(
                "is a HEIC picture: pip install 'trovato[images]', and index it with --retry"
            ) from error
    register_heif_opener()
