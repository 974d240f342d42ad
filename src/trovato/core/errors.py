"""One root for every error that trovato raises on purpose."""

from __future__ import annotations


class TrovatoError(Exception):
    """Root of all deliberate errors: says what was wanted, what came, and what to do."""


class InvalidInputError(TrovatoError, ValueError):
    """An argument has a value, shape or type that the function cannot take."""


class NotFoundError(InvalidInputError, LookupError):
    """Nothing is called so: an id or a name is well-formed, and there is no such thing."""


class UnreadableFileError(TrovatoError):
    """A file's bytes cannot be turned into pages; the message is the reason shown to the user."""


class IncompatibleCollectionError(TrovatoError):
    """A collection was made by another encoder or a newer format than this program's."""


class CorruptCollectionError(TrovatoError):
    """What is stored in a collection contradicts itself."""


class CollectionBusyError(TrovatoError):
    """Another process is writing to the collection."""


class LostShardError(TrovatoError):
    """A shard of a collection is lost and could not be started again."""


class CollectionNotFoundError(NotFoundError):
    """There is no collection at that path."""


class StorageError(TrovatoError):
    """The disk or the system refused to read or write; what was stored before is kept."""


class ModelUnavailableError(TrovatoError):
    """A language model cannot be loaded, or its server cannot be reached."""


class PromptRefusedError(TrovatoError):
    """A language model refuses one prompt, such as by a filter; it may well take others."""


class ContentFilterError(PromptRefusedError):
    """A filter of contents, or the model itself, declines one prompt: an outcome like others."""


class ContextTooLongError(PromptRefusedError):
    """A prompt does not fit a model's window, even with its documents cut."""


class LeakError(TrovatoError):
    """A model lets one document change what it computes for another."""


class ConflictError(TrovatoError):
    """Someone else has changed the same thing meanwhile, or has taken its place."""


class NotAllowedError(TrovatoError):
    """Someone's role does not allow what they asked for."""


class NotConvergedError(TrovatoError):
    """A training did not learn what it was for, so that nothing of it is kept."""


class EngineError(TrovatoError):
    """Another program that was asked to do the work, such as Spark, cannot be started or failed."""


class MissingExtraError(TrovatoError, ImportError):
    """An optional package is needed and absent.

    Parameters
    ----------
    package
        Name of the absent package.
    extra
        The extra of trovato that installs it.
    purpose
        What it is needed for, as the subject of a sentence.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package!r}, which is not installed: "
            f"run `pip install 'trovato[{extra}]'`"
        )
        self.package = package
        self.extra = extra
