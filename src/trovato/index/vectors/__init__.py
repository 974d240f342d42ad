"""Files of vectors: formats, segments, inverted lists, codecs."""

__all__: tuple[str, ...] = ()
