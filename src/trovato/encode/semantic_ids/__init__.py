"""Items as short sequences of codes (semantic ids), and the file that holds all of it."""

from trovato.encode.semantic_ids.bundle import SemanticIds
from trovato.encode.semantic_ids.persistence import load_ids, save_ids
from trovato.encode.semantic_ids.quantizers import QUANTIZERS, Quantizer, fit_quantizer
from trovato.encode.semantic_ids.report import IdReport, compare_ids, report_ids

__all__ = [
    "QUANTIZERS",
    "IdReport",
    "Quantizer",
    "SemanticIds",
    "compare_ids",
    "fit_quantizer",
    "load_ids",
    "report_ids",
    "save_ids",
]
