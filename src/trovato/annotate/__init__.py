"""Test collections made by people and models: a person's judgement becomes a durable record.

What happens is a typed event, and events are only ever added. The state follows from them.
"""

from trovato.annotate.cited_text import CitedText, read_citations
from trovato.annotate.decisions import decide, edit_distance, open_suggestions, turn_down
from trovato.annotate.events import (
    Adjudicated,
    Answered,
    Event,
    Judged,
    MemberSet,
    Pooled,
    QuerySet,
    SettingsSet,
    Slot,
    SpanMarked,
    SpanRemoved,
    Suggested,
    SuggestionDecided,
    Undone,
)
from trovato.annotate.labels import Judgement, Labels, final_labels
from trovato.annotate.project import Project
from trovato.annotate.queue import (
    Assignment,
    assignment,
    next_assignment,
    next_assignments,
    visible_suggestions,
)
from trovato.annotate.roles import ROLES, Role
from trovato.annotate.spans import Span, find_quote, reanchor, span_at
from trovato.annotate.storage.postgres_store import PostgresEventStore
from trovato.annotate.storage.sqlite_store import SQLiteEventStore
from trovato.annotate.storage.store import Document, EventStore, Look, PoolItem, StoredEvent

__all__ = [
    "ROLES",
    "Adjudicated",
    "Answered",
    "Assignment",
    "CitedText",
    "Document",
    "Event",
    "EventStore",
    "Judged",
    "Judgement",
    "Labels",
    "Look",
    "MemberSet",
    "PoolItem",
    "Pooled",
    "PostgresEventStore",
    "Project",
    "QuerySet",
    "Role",
    "SQLiteEventStore",
    "SettingsSet",
    "Slot",
    "Span",
    "SpanMarked",
    "SpanRemoved",
    "StoredEvent",
    "Suggested",
    "SuggestionDecided",
    "Undone",
    "assignment",
    "decide",
    "edit_distance",
    "final_labels",
    "find_quote",
    "next_assignment",
    "next_assignments",
    "open_suggestions",
    "read_citations",
    "reanchor",
    "span_at",
    "turn_down",
    "visible_suggestions",
]
