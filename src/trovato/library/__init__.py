"""A library: documents made searchable, asked and evaluated."""

from typing import TYPE_CHECKING

from trovato.core.system.cache_folder import cache_folder
from trovato.core.system.lazy import lazy_names
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport, Progress
from trovato.library.library import Library
from trovato.library.searching import ASK_MODES, MODES, AskMode, Mode

if TYPE_CHECKING:
    from trovato.library.answerer_factory import build_answerer, sample_texts
    from trovato.library.cases.case import CaseReport, CitedArticle, research_case
    from trovato.library.cases.source_agent import ASK_INSTRUCTIONS, source_agent, source_tools
    from trovato.library.cases.sources import add_sources
    from trovato.library.components import index_components
    from trovato.library.evaluate import evaluate_questions, run_questions
    from trovato.library.hops import graph_of, multi_hop_retriever
    from trovato.library.image_encoders import IMAGE_ENCODER_HELP, open_picture_space
    from trovato.library.ingestion.files import ingest
    from trovato.library.ingestion.items import ingest_items
    from trovato.library.json_records import answer_json, evidence_json, page_name, ranking_json
    from trovato.library.judgements import judged_against, read_question_set
    from trovato.library.language_models import open_model
    from trovato.library.llm_options import LLM_HELP, MODEL_HELP, ModelOptions, model_options
    from trovato.library.page_image import draw_evidence
    from trovato.library.page_images.cost_plan import MACHINES, MODELS, CostPlan, plan_cost
    from trovato.library.page_images.field_encoder import open_page_image_encoder
    from trovato.library.page_images.indexing import index_page_images
    from trovato.library.page_images.searching import (
        search_page_images,
        search_text_and_page_images,
    )
    from trovato.library.pictures import (
        PictureLibrary,
        PictureReport,
        contact_sheet,
        image_field,
        index_pictures,
        place_component_pictures,
    )
    from trovato.library.question_answering import QuestionAnswerer
else:  # what a search has no use for
    __getattr__ = lazy_names(
        __name__,
        **{
            "answerer_factory": ["build_answerer", "sample_texts"],
            "components": ["index_components"],
            "cases.case": ["CaseReport", "CitedArticle", "research_case"],
            "evaluate": ["evaluate_questions", "run_questions"],
            "hops": ["graph_of", "multi_hop_retriever"],
            "image_encoders": ["IMAGE_ENCODER_HELP", "open_picture_space"],
            "ingestion.files": ["ingest"],
            "ingestion.items": ["ingest_items"],
            "json_records": ["answer_json", "evidence_json", "page_name", "ranking_json"],
            "judgements": ["judged_against", "read_question_set"],
            "language_models": ["open_model"],
            "llm_options": ["LLM_HELP", "MODEL_HELP", "ModelOptions", "model_options"],
            "page_image": ["draw_evidence"],
            "page_images.cost_plan": ["MACHINES", "MODELS", "CostPlan", "plan_cost"],
            "page_images.indexing": ["index_page_images"],
            "page_images.field_encoder": ["open_page_image_encoder"],
            "page_images.searching": ["search_page_images", "search_text_and_page_images"],
            "pictures": [
                "PictureLibrary",
                "PictureReport",
                "contact_sheet",
                "image_field",
                "index_pictures",
                "place_component_pictures",
            ],
            "question_answering": ["QuestionAnswerer"],
            "cases.source_agent": ["ASK_INSTRUCTIONS", "source_agent", "source_tools"],
            "cases.sources": ["add_sources"],
        },
    )

__all__ = [
    "ASK_INSTRUCTIONS",
    "ASK_MODES",
    "IMAGE_ENCODER_HELP",
    "LLM_HELP",
    "MACHINES",
    "MODELS",
    "MODEL_HELP",
    "MODES",
    "AskMode",
    "CaseReport",
    "CitedArticle",
    "CostPlan",
    "IngestCallback",
    "IngestReport",
    "Library",
    "Mode",
    "ModelOptions",
    "PictureLibrary",
    "PictureReport",
    "Progress",
    "QuestionAnswerer",
    "add_sources",
    "answer_json",
    "build_answerer",
    "cache_folder",
    "contact_sheet",
    "draw_evidence",
    "evaluate_questions",
    "evidence_json",
    "graph_of",
    "image_field",
    "index_components",
    "index_page_images",
    "index_pictures",
    "ingest",
    "ingest_items",
    "judged_against",
    "model_options",
    "multi_hop_retriever",
    "open_model",
    "open_page_image_encoder",
    "open_picture_space",
    "page_name",
    "place_component_pictures",
    "plan_cost",
    "ranking_json",
    "read_question_set",
    "research_case",
    "run_questions",
    "sample_texts",
    "search_page_images",
    "search_text_and_page_images",
    "source_agent",
    "source_tools",
]
