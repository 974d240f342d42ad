"""A query on its way through one search."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from trovato.core import Encoder, Query, TokenVectors
from trovato.ops import parse_search_query


@dataclass(frozen=True)
class EncodedQuery(Query):
    """A query whose token vectors are made once, when somebody first asks for them.

    Parameters
    ----------
    encoder
        Makes them.
    """

    encoder: Encoder = field(kw_only=True)

    @staticmethod
    def of(query: Query, encoder: Encoder) -> EncodedQuery:
        """That query; itself where it goes with that encoder already."""
        if isinstance(query, EncodedQuery) and query.encoder is encoder:
            return query
        return EncodedQuery(query.text, query.filter, query.history, encoder=encoder)

    @cached_property
    def words(self) -> str:
        """The question without what must be absent."""
        return parse_search_query(self.text).text

    @cached_property
    def vectors(self) -> TokenVectors:
        """Token vectors of the question's words."""
        return self.encoder.encode_query(self.words)
