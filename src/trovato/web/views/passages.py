"""The text of a page with the passages that matter marked in it."""

from __future__ import annotations

from markupsafe import Markup

from trovato.core import PageEvidence
from trovato.web.views.rendering import marked_text


def marked_page(text: str, evidence: PageEvidence | None) -> Markup:
    """The text, its passages in `<mark>`; everything else is escaped."""
    spans: list[tuple[int, int]] = []
    for region in evidence.regions if evidence else ():
        start = text.find(region.text)
        if start >= 0:
            spans.append((start, start + len(region.text)))
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return marked_text(text, tuple(apart))
