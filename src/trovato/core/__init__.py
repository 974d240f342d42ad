"""Records, protocols and errors that every other room shares."""

from trovato.core import columns
from trovato.core.answer import Answer, Citation, Source
from trovato.core.arguments import check_many
from trovato.core.completion import Attention, Completion, Decoding, Trim, heard
from trovato.core.errors import (
    CollectionBusyError,
    CollectionNotFoundError,
    ContextTooLongError,
    CorruptCollectionError,
    EngineError,
    IncompatibleCollectionError,
    InvalidInputError,
    LeakError,
    LostShardError,
    MissingExtraError,
    ModelUnavailableError,
    PromptRefusedError,
    StorageError,
    TrovatoError,
    UnreadableFileError,
)
from trovato.core.files import PathLike, atomic_path, file_errors
from trovato.core.geometry import Box
from trovato.core.histories import Histories
from trovato.core.layout import TextLayout
from trovato.core.listeners import unheard
from trovato.core.numbers import plain
from trovato.core.page import Page
from trovato.core.processors import processors
from trovato.core.prompt import Part, Prompt, Segment
from trovato.core.protocols import (
    Answerer,
    DocumentFilter,
    Encoder,
    LanguageModel,
    Measure,
    OpenModel,
    Retriever,
)
from trovato.core.ragged import RaggedVectors
from trovato.core.records import (
    Attribute,
    Coverage,
    Evidence,
    Hit,
    Item,
    Location,
    Query,
    Ranking,
    Region,
    TokenMatch,
)
from trovato.core.secrets import Secrets, without_credentials
from trovato.core.seeds import generator
from trovato.core.vectors import TokenVectors

__all__ = [
    "Answer",
    "Answerer",
    "Attention",
    "Attribute",
    "Box",
    "Citation",
    "CollectionBusyError",
    "CollectionNotFoundError",
    "Completion",
    "ContextTooLongError",
    "CorruptCollectionError",
    "Coverage",
    "Decoding",
    "DocumentFilter",
    "Encoder",
    "EngineError",
    "Evidence",
    "Histories",
    "Hit",
    "IncompatibleCollectionError",
    "InvalidInputError",
    "Item",
    "LanguageModel",
    "LeakError",
    "Location",
    "LostShardError",
    "Measure",
    "MissingExtraError",
    "ModelUnavailableError",
    "OpenModel",
    "Page",
    "Part",
    "PathLike",
    "Prompt",
    "PromptRefusedError",
    "Query",
    "RaggedVectors",
    "Ranking",
    "Region",
    "Retriever",
    "Secrets",
    "Segment",
    "Source",
    "StorageError",
    "TextLayout",
    "TokenMatch",
    "TokenVectors",
    "Trim",
    "TrovatoError",
    "UnreadableFileError",
    "atomic_path",
    "check_many",
    "columns",
    "file_errors",
    "generator",
    "heard",
    "plain",
    "processors",
    "unheard",
    "without_credentials",
]
