"""Models that suggest; they never judge."""

from trovato.annotate.assistants.answers import suggest_answers
from trovato.annotate.assistants.evidence import suggest_evidence
from trovato.annotate.assistants.grading import suggest_grades
from trovato.annotate.assistants.hard_negatives import suggest_hard_negatives
from trovato.annotate.assistants.queries import suggest_queries

__all__ = [
    "suggest_answers",
    "suggest_evidence",
    "suggest_grades",
    "suggest_hard_negatives",
    "suggest_queries",
]
