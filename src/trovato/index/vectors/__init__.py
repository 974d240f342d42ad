"""Files of vectors: formats, segments, inverted lists, codecs."""
