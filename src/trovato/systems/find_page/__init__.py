"""Find the page: a folder of documents becomes searchable, with evidence."""

from typing import TYPE_CHECKING

from trovato.core.lazy import lazy_names
from trovato.systems.find_page.library import MODES, Library, Mode, cache_folder
from trovato.systems.find_page.report import IngestReport, Progress, ProgressListener

if TYPE_CHECKING:
    from trovato.systems.find_page.evaluation import evaluate_questions, run_questions
    from trovato.systems.find_page.indexing import ingest, ingest_items
    from trovato.systems.find_page.judgements import judged_against
    from trovato.systems.find_page.picture import draw_evidence
else:  # what a search has no use for
    __getattr__ = lazy_names(
        __name__,
        evaluation=["evaluate_questions", "run_questions"],
        indexing=["ingest", "ingest_items"],
        judgements=["judged_against"],
        picture=["draw_evidence"],
    )

__all__ = [
    "MODES",
    "IngestReport",
    "Library",
    "Mode",
    "Progress",
    "ProgressListener",
    "cache_folder",
    "draw_evidence",
    "evaluate_questions",
    "ingest",
    "ingest_items",
    "judged_against",
    "run_questions",
]
