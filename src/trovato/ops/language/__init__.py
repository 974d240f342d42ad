"""Words and tokens as arrays: passages, masks, overlap, sampling."""

__all__: tuple[str, ...] = ()
