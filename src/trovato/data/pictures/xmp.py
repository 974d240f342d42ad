"""What photo programs say of a picture: XMP, in a file beside it or inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from trovato.core import Attribute, InvalidInputError, PathLike, UnreadableFileError
from trovato.data.documents.image import open_image
from trovato.data.pictures.captions import Caption
from trovato.data.pictures.reading import known_picture

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_RATING = "{http://ns.adobe.com/xap/1.0/}Rating"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATIONS = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xmp(content: bytes) -> Caption:
    """Description, else title, then keywords, and the rating.

    Parameters
    ----------
    content
        An XMP packet (ISO 16684-1): Dublin Core's `description`, `title` and `subject`, and
        `xmp:Rating`.

    Raises
    ------
    InvalidInputError
        If it is no XML, or declares entities, which XMP never does.
    """
    if _DECLARATIONS.search(content):
        raise InvalidInputError("XMP declares no entities: this is something else")
    try:
        root = ElementTree.fromstring(content.strip(b"\0 \r\n\t"))  # noqa: S314 (no entities)
    except ElementTree.ParseError as error:
        raise InvalidInputError(f"the XMP cannot be read: {error}") from error
    keywords = list(dict.fromkeys(_items(root, "subject")))
    told = next(_items(root, "description"), "") or next(_items(root, "title"), "")
    attributes: dict[str, Attribute] = {"tags": ", ".join(keywords)} if keywords else {}
    for element in root.iter():
        rating = element.text if element.tag == _RATING else element.get(_RATING)
        if rating and rating.strip().lstrip("-").isdigit():
            attributes["rating"] = int(rating)
    return Caption(", ".join(text for text in (told, *keywords) if text), attributes)


def xmp_of(path: PathLike) -> Caption:
    """What XMP says of a picture: `a.jpg.xmp` or `a.xmp` beside it, else what lies inside.

    Raises
    ------
    UnreadableFileError
        If a file cannot be opened, or its XMP cannot be read.
    """
    path = Path(path)
    for beside in (path.with_name(f"{path.name}.xmp"), path.with_suffix(".xmp")):
        if beside.is_file():
            try:
                return read_xmp(beside.read_bytes())
            except (OSError, InvalidInputError) as error:
                raise UnreadableFileError(f"{beside} cannot be read: {error}") from error
    with known_picture(path), open_image(path) as image:
        return _inside(image)


def _inside(image: Image.Image) -> Caption:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if not packet:
        return Caption()
    try:
        return read_xmp(packet if isinstance(packet, bytes) else str(packet).encode())
    except InvalidInputError:  # the picture itself is whole
        return Caption()


def _items(root: ElementTree.Element, name: str) -> Iterator[str]:
    """Entries of a property, the default language first."""
    found = [entry for held in root.iter(f"{_DC}{name}") for entry in held.iter(f"{_RDF}li")]
    found.sort(key=lambda entry: entry.get(_LANGUAGE) not in (None, "x-default"))
    return (entry.text.strip() for entry in found if entry.text and entry.text.strip())
