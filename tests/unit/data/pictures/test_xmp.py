from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.data.pictures import Caption, read_xmp, xmp_of

PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4">
   <dc:description><rdf:Alt>
    <rdf:li xml:lang="de">Ein Hafen</rdf:li>
    <rdf:li xml:lang="x-default">A harbour at dusk</rdf:li>
   </rdf:Alt></dc:description>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Bag>
    <rdf:li>sea</rdf:li><rdf:li>boats</rdf:li><rdf:li>sea</rdf:li>
   </rdf:Bag></dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
TOLD = Caption("A harbour at dusk, sea, boats", {"tags": "sea, boats", "rating": 4})


def test_description_keywords_and_rating() -> None:
    assert read_xmp(PACKET.encode()) == TOLD
    as_element = PACKET.replace(' xmp:Rating="4"', "").replace(
        "<dc:title>", "<xmp:Rating>4</xmp:Rating><dc:title>"
    )
    assert read_xmp(as_element.encode()) == TOLD
    titled = PACKET.replace("dc:description", "dc:rights")
    assert read_xmp(titled.encode()).text == "Harbour, sea, boats"


def test_beside_the_picture_or_inside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path)
    assert xmp_of(path) == Caption()
    Image.new("RGB", (8, 8)).save(path, xmp=PACKET.encode())
    assert xmp_of(path) == TOLD
    (tmp_path / "a.xmp").write_text(PACKET.replace("at dusk", "at dawn"), "utf-8")
    assert xmp_of(path).text.startswith("A harbour at dawn")
    (tmp_path / "a.jpg.xmp").write_text(PACKET.replace("at dusk", "at noon"), "utf-8")
    assert xmp_of(path).text.startswith("A harbour at noon")


def test_what_is_no_xmp(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_xmp(b"<x:xmpmeta")
    bomb = b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(InvalidInputError, match="no entities"):
        read_xmp(bomb)
    path = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(path)
    (tmp_path / "a.xmp").write_bytes(bomb)
    with pytest.raises(UnreadableFileError, match=r"a\.xmp"):
        xmp_of(path)
    Image.new("RGB", (8, 8)).save(tmp_path / "b.jpg", xmp=b"<x:xmpmeta")
    assert xmp_of(tmp_path / "b.jpg") == Caption()  # the picture is whole
