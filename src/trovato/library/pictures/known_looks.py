"""Pictures of a collection that look the same as a new one, by what is stored of them."""

from __future__ import annotations

from pathlib import Path

from trovato.core import Item, UnreadableFileError
from trovato.data.pictures import Look, read_picture
from trovato.index import Reader

_LOOKED_AT = 64  # newest pictures of each band: flat pictures share theirs with many


def look_attributes(look: Look) -> dict[str, int]:
    """What is stored of a picture, so that later runs find those like it."""
    return {f"look{band}": value for band, value in enumerate(look.bands)}


def known_twin(reader: Reader, name: str, look: Look) -> str | None:
    """Id of a picture of a collection that looks the same; None where there is none.

    The files of the few that may be are read again, and passed over where they have gone.
    """
    for key, value in look_attributes(look).items():
        for item in reader.items(reader.rows_with(key, value, limit=_LOOKED_AT)):
            known = tuple(item.attributes.get(band) for band in look_attributes(look))
            bands = tuple(band for band in known if isinstance(band, int))
            if item.id == name or len(bands) != len(known):
                continue
            if look.near(bands) and _alike(look, item):
                return item.id
    return None


def _alike(look: Look, item: Item) -> bool:
    try:
        return look.alike(Look.of(read_picture(Path(item.image or ""))))
    except UnreadableFileError:
        return False
