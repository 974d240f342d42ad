"""Small pieces of markup that the templates use."""

from __future__ import annotations

from markupsafe import Markup, escape

from trovato.core import Evidence


def marked(evidence: Evidence) -> Markup:
    """The snippet with its matched words in `<mark>`, everything else escaped."""
    parts, done = [], 0
    for start, end in evidence.marks:
        parts.append(escape(evidence.snippet[done:start]))
        parts.append(Markup("<mark>{}</mark>").format(evidence.snippet[start:end]))
        done = end
    parts.append(escape(evidence.snippet[done:]))
    return Markup("").join(parts)
