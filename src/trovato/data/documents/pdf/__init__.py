"""PDF by pdfium: words, forms, comments, outline, attachments; which text of a page to believe."""

__all__: tuple[str, ...] = ()
