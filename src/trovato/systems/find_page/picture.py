"""The page with its evidence drawn on it."""

from __future__ import annotations

from PIL import Image, ImageDraw

from trovato.core import Box, Evidence, TextLayout

# Amber for words that meet the question, more of it the better they do; blue frames for passages.
_HEAT = (255, 176, 0)
_FRAME = (22, 96, 200)
_STRONGEST = 150


def draw_evidence(image: Image.Image, layout: TextLayout, evidence: Evidence) -> Image.Image:
    """Lay a heat map of the matched words and frames around matched passages over a page.

    Parameters
    ----------
    image
        The rendered page, any size.
    layout
        Gives the size of the page in points, in which the evidence is stated.
    evidence
        What to draw.
    """
    if not layout.width or not layout.height:
        return image
    across, down = image.width / layout.width, image.height / layout.height

    def scaled(box: Box, margin: float) -> tuple[float, float, float, float]:
        return (
            box.left * across - margin,
            box.top * down - margin,
            box.right * across + margin,
            box.bottom * down + margin,
        )

    unit = max(image.size) / 700
    overlay = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(overlay)
    for word in evidence.heat:
        strength = round(_STRONGEST * word.weight**2)
        draw.rectangle(scaled(word.box, unit), fill=(*_HEAT, strength))
    for passage in evidence.regions:
        width = max(1, round(unit * (1 + 2 * passage.weight)))
        draw.rounded_rectangle(
            scaled(passage.box, 3 * unit), radius=3 * unit, outline=(*_FRAME, 230), width=width
        )
    return Image.alpha_composite(image.convert("RGBA"), overlay).convert("RGB")
