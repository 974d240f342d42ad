"""Names are the field's terms: words that have left the house do not come back as names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "trovato"
# What it was called, and what it is called.
LEFT = {
    "AskedLibrary": "QuestionAnswerer",
    "Breach": "ThresholdViolation",
    "Catalogue": "ItemIds",
    "Clause": "ThresholdRule",
    "CoarseLook": "CandidateScorer",
    "Crowds": "GroupAffinityTargeting",
    "Dealer": "SplitAssigner",
    "EndpointModel": "OpenAICompatibleModel",
    "Fault": "Violation",
    "Finding": "IntegrityIssue",
    "Frontier": "ParetoFrontier",
    "GuardedAnswerer": "FilteredAnswerer",
    "Histories": "Sequences",
    "IndexCard": "SearchProfile",
    "Journal": "RunLog",
    "KnownIds": "SortedIdSet",
    "Listener": "ProgressCallback",
    "Log": "InteractionLog",
    "Matcher": "SentenceRanker",
    "OpenModel": "WhiteBoxModel",
    "People": "UserBatch",
    "Scene": "AttackScenario",
    "Settings": "a model's own configuration",
    "States": "KVCache",
    "Tally": "MetricAccumulator",
    "TransformersModel": "LocalModel",
    "VectorForm": "VectorFormat",
    "Where": "Filter",
    "World": "SyntheticModel",
    "WrittenAnswerer": "GenerativeAnswerer",
    "centre": "train_centroids",
    "claimed": "resumable_output",
    "deal": "assign",
    "dealer": "assigner",
    "dealt": "split_rows",
    "faithful": "fidelity",
    "gate": "thresholds",
    "heard": "collect_stream",
    "leftovers": "orphaned_files",
    "listener": "progress or on_token",
    "most_seconds": "time_budget_s",
    "newest": "max_sequence_length",
    "nucleus": "top_p_distribution",
    "quantise_int8": "int8_quantize",
    "read_handed": "read_input_table",
    "seal_log": "checksum",
    "sealed": "has_checksums",
    "thin": "apply_dropout",
    "tidy": "collect_garbage",
    "unheard": "no_progress",
    "where": "filter",
}
# `where` is NumPy's word for elements, and names a place in a file's own functions.
# A gate is also the logistic part of a mixture.
KEPT = {("where", "ops"), ("where", "llm"), ("gate", "train")}


def names(tree: ast.AST) -> Iterator[str]:
    """What is defined: classes, functions, parameters, fields of records."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        if isinstance(node, ast.arg):
            yield node.arg
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


@pytest.mark.parametrize("path", sorted(SOURCE.iterdir()), ids=lambda path: path.name)
def test_no_word_that_left_names_anything(path: Path) -> None:
    for file in [path] if path.suffix == ".py" else sorted(path.rglob("*.py")):
        found = {
            name: LEFT[name]
            for name in names(ast.parse(file.read_text("utf-8")))
            if name in LEFT and (name, path.name) not in KEPT
        }
        assert not found, f"{file.relative_to(SOURCE)}: the terms are {found}"
