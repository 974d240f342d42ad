"""Which ids there are: prefixes, what may follow them, and the items behind them."""

from trovato.index.trie.id_trie import IdTrie

__all__ = ["IdTrie"]
