"""Records, protocols and errors that every other room shares."""

from trovato.core.arguments import check_at_least_one, check_many
from trovato.core.decimals import plain
from trovato.core.errors import (
    CollectionBusyError,
    CollectionNotFoundError,
    ConflictError,
    ContentFilterError,
    ContextTooLongError,
    CorruptCollectionError,
    EngineError,
    IncompatibleCollectionError,
    InvalidInputError,
    LeakError,
    LostShardError,
    MissingExtraError,
    ModelUnavailableError,
    NotAllowedError,
    NotConvergedError,
    NotFoundError,
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
    EncoderOfLanguages,
    LanguageModel,
    Measure,
    Retriever,
    WhiteBoxModel,
    model_name,
)
from trovato.core.recommender import Recommender, UserScores
from trovato.core.records.agent_trace import AgentFinish, AgentStep, AgentTrace
from trovato.core.records.answer import Answer, Citation, CitedDocument
from trovato.core.records.boxes import Box
from trovato.core.records.completion import (
    AttentionMode,
    Completion,
    Decoding,
    Trim,
    collect_stream,
)
from trovato.core.records.evidence import Evidence, PageEvidence, Region, TokenMatch
from trovato.core.records.items import (
    Attribute,
    Coverage,
    Hit,
    Item,
    Link,
    Location,
    Query,
    QueryReading,
    Ranking,
)
from trovato.core.records.page import Page
from trovato.core.records.path import PathEvidence, PathStep
from trovato.core.records.prompt import Prompt, PromptBlock, PromptRole
from trovato.core.records.ragged import RaggedVectors
from trovato.core.records.sequences import Sequences
from trovato.core.records.signal import Signal, SignalEvidence
from trovato.core.records.text_layout import TextLayout
from trovato.core.records.token_vectors import TokenVectors
from trovato.core.records.trajectory import Trajectory
from trovato.core.rows import field_rows
from trovato.core.seeds import generator
from trovato.core.system.artifact import Artifact
from trovato.core.system.closing import Closing
from trovato.core.system.cpu import processors
from trovato.core.system.files import PathLike, atomic_path, file_errors
from trovato.core.system.secrets import Secrets, without_credentials

__all__ = [
    "AgentFinish",
    "AgentStep",
    "AgentTrace",
    "Answer",
    "Answerer",
    "Artifact",
    "AttentionMode",
    "Attribute",
    "Box",
    "Citation",
    "CitedDocument",
    "Closing",
    "CollectionBusyError",
    "CollectionNotFoundError",
    "Completion",
    "ConflictError",
    "ContentFilterError",
    "ContextTooLongError",
    "CorruptCollectionError",
    "Coverage",
    "Decoding",
    "DocumentFilter",
    "Encoder",
    "EncoderOfLanguages",
    "EngineError",
    "Evidence",
    "Hit",
    "IdMap",
    "IncompatibleCollectionError",
    "InvalidInputError",
    "Item",
    "LanguageModel",
    "LeakError",
    "Link",
    "Location",
    "LostShardError",
    "Measure",
    "MissingExtraError",
    "ModelUnavailableError",
    "NotAllowedError",
    "NotConvergedError",
    "NotFoundError",
    "Page",
    "PageEvidence",
    "PathEvidence",
    "PathLike",
    "PathStep",
    "ProgressCallback",
    "Prompt",
    "PromptBlock",
    "PromptRefusedError",
    "PromptRole",
    "Query",
    "QueryReading",
    "RaggedVectors",
    "Ranking",
    "Recommender",
    "Region",
    "Retriever",
    "Secrets",
    "Sequences",
    "Signal",
    "SignalEvidence",
    "StorageError",
    "TextLayout",
    "TokenMatch",
    "TokenVectors",
    "Trajectory",
    "Trim",
    "TrovatoError",
    "UnreadableFileError",
    "UserScores",
    "WhiteBoxModel",
    "as_id",
    "atomic_path",
    "check_at_least_one",
    "check_many",
    "collect_stream",
    "field_rows",
    "file_errors",
    "generator",
    "model_name",
    "no_progress",
    "plain",
    "processors",
    "without_credentials",
]
