"""Records, protocols and errors that every other room shares."""

from trovato.core.errors import (
    CollectionBusyError,
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    InvalidInputError,
    LostShardError,
    MissingExtraError,
    StorageError,
    TrovatoError,
    UnreadableFileError,
)
from trovato.core.geometry import Box
from trovato.core.layout import TextLayout
from trovato.core.page import Page
from trovato.core.protocols import Encoder, Measure, Retriever
from trovato.core.ragged import RaggedVectors
from trovato.core.records import (
    Attribute,
    Coverage,
    Evidence,
    Hit,
    Item,
    Judgement,
    Location,
    Query,
    Ranking,
    Region,
    TokenMatch,
)
from trovato.core.seeds import generator
from trovato.core.vectors import TokenVectors

__all__ = [
    "Attribute",
    "Box",
    "CollectionBusyError",
    "CollectionNotFoundError",
    "CorruptCollectionError",
    "Coverage",
    "Encoder",
    "Evidence",
    "Hit",
    "IncompatibleCollectionError",
    "InvalidInputError",
    "Item",
    "Judgement",
    "Location",
    "LostShardError",
    "Measure",
    "MissingExtraError",
    "Page",
    "Query",
    "RaggedVectors",
    "Ranking",
    "Region",
    "Retriever",
    "StorageError",
    "TextLayout",
    "TokenMatch",
    "TokenVectors",
    "TrovatoError",
    "UnreadableFileError",
    "generator",
]
