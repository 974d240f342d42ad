"""Words and tokens as arrays: passages, masks, overlap, sampling."""
