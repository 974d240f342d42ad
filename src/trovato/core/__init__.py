"""Records, protocols and errors that every other room shares."""

from trovato.core.arguments import check_many
from trovato.core.decimals import plain
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
from trovato.core.progress import unheard
from trovato.core.protocols import (
    Answerer,
    DocumentFilter,
    Encoder,
    LanguageModel,
    Measure,
    OpenModel,
    Retriever,
)
from trovato.core.records.answer import Answer, Citation, Source
from trovato.core.records.boxes import Box
from trovato.core.records.completion import Attention, Completion, Decoding, Trim, heard
from trovato.core.records.items import (
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
from trovato.core.records.page import Page
from trovato.core.records.prompt import Part, Prompt, Segment
from trovato.core.records.ragged import RaggedVectors
from trovato.core.records.sequences import Histories
from trovato.core.records.text_layout import TextLayout
from trovato.core.records.token_vectors import TokenVectors
from trovato.core.seeds import generator
from trovato.core.system.cpu import processors
from trovato.core.system.files import PathLike, atomic_path, file_errors
from trovato.core.system.secrets import Secrets, without_credentials

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
    "file_errors",
    "generator",
    "heard",
    "plain",
    "processors",
    "unheard",
    "without_credentials",
]
