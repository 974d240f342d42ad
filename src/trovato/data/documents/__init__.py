"""Documents that others made, page by page: PDF, pictures, HTML, text, and OCR."""

__all__: tuple[str, ...] = ()
