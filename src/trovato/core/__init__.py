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
    NotConvergedError,
    PromptRefusedError,
    StorageError,
    TrovatoError,
    UnreadableFileError,
)
from trovato.core.id_map import IdMap
from trovato.core.ids import as_id
from trovato.core.progress import ProgressCallback, no_progress
from trovato.core.protocols import (
    Answerer,
    DocumentFilter,
    Encoder,
    LanguageModel,
    Measure,
    Retriever,
    WhiteBoxModel,
)
from trovato.core.recommender import Recommender, UserScores
from trovato.core.records.answer import Answer, Citation, CitedDocument
from trovato.core.records.boxes import Box
from trovato.core.records.completion import (
    AttentionMode,
    Completion,
    Decoding,
    Trim,
    collect_stream,
)
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
from trovato.core.records.prompt import Prompt, PromptBlock, PromptRole
from trovato.core.records.ragged import RaggedVectors
from trovato.core.records.sequences import Sequences
from trovato.core.records.text_layout import TextLayout
from trovato.core.records.token_vectors import TokenVectors
from trovato.core.rows import field_rows
from trovato.core.seeds import generator
from trovato.core.system.cpu import processors
from trovato.core.system.files import PathLike, atomic_path, file_errors
from trovato.core.system.secrets import Secrets, without_credentials

__all__ = [
    "Answer",
    "Answerer",
    "AttentionMode",
    "Attribute",
    "Box",
    "Citation",
    "CitedDocument",
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
    "Hit",
    "IdMap",
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
    "NotConvergedError",
    "Page",
    "PathLike",
    "ProgressCallback",
    "Prompt",
    "PromptBlock",
    "PromptRefusedError",
    "PromptRole",
    "Query",
    "RaggedVectors",
    "Ranking",
    "Recommender",
    "Region",
    "Retriever",
    "Secrets",
    "Sequences",
    "StorageError",
    "TextLayout",
    "TokenMatch",
    "TokenVectors",
    "Trim",
    "TrovatoError",
    "UnreadableFileError",
    "UserScores",
    "WhiteBoxModel",
    "as_id",
    "atomic_path",
    "check_many",
    "collect_stream",
    "field_rows",
    "file_errors",
    "generator",
    "no_progress",
    "plain",
    "processors",
    "without_credentials",
]
