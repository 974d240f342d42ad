"""Losses, GradCache, mining, sampling and pairs of the recipe, against slow references."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.testing import WordEncoder
from trovato.train.encoder import (
    EncoderTraining,
    TrainingPair,
    bm25_teacher,
    documents_of,
    late_interaction_teacher,
    mine,
    read_pairs,
    sample_by_clusters,
    write_pairs,
)

needs_torch = pytest.mark.needs("torch")


def drawn(queries: int = 3, documents: int = 4, dim: int = 5) -> tuple[Any, Any, Any, Any]:
    import torch

    made = torch.Generator().manual_seed(0)
    asked = torch.randn(queries, 3, dim, dtype=torch.float64, generator=made)
    texts = torch.randn(documents, 6, dim, dtype=torch.float64, generator=made)
    query_mask = torch.arange(3)[None] < torch.tensor([[3], [2], [1]])[:queries]
    document_mask = torch.arange(6)[None] < torch.tensor([[6], [4], [1], [3]])[:documents]
    return asked, query_mask, texts, document_mask


def slow_scores(asked: Any, query_mask: Any, texts: Any, document_mask: Any) -> Any:
    found = np.zeros((len(asked), len(texts)))
    for q in range(len(asked)):
        tokens = [asked[q, t] for t in range(3) if query_mask[q, t]]
        for d in range(len(texts)):
            rows = [texts[d, s] for s in range(6) if document_mask[d, s]]
            found[q, d] = sum(max(float(a @ b) for b in rows) for a in tokens) / len(tokens)
    return found


@needs_torch
def test_maxsim_is_the_slow_one_and_padding_is_no_zero() -> None:
    import torch

    from trovato.train.encoder.losses import maxsim_scores

    given = drawn()
    assert np.abs(maxsim_scores(*given).numpy() - slow_scores(*given)).max() < 1e-12
    one = torch.tensor([[[1.0, 0.0]]])
    against = torch.tensor([[[-1.0, 0.0], [5.0, 0.0]]])
    first = torch.tensor([[True, False]])
    assert maxsim_scores(one, torch.tensor([[True]]), against, first).item() == -1


@needs_torch
@pytest.mark.parametrize("normalize", [True, False])
def test_gradients_are_those_of_finite_differences(normalize: bool) -> None:
    import torch

    from trovato.train.encoder.losses import info_nce, maxsim_scores, score_divergence

    asked, query_mask, texts, document_mask = drawn()
    allowed = torch.ones(3, 4, dtype=torch.bool)
    allowed[0, 3] = False
    teacher = torch.tensor(np.random.default_rng(0).normal(size=(3, 4)))
    teacher[1, 2] = torch.nan

    def loss(a: Any, b: Any) -> Any:
        scores = maxsim_scores(a, query_mask, b, document_mask, normalize=normalize)
        far = score_divergence(scores, teacher, 0.5, 2.0)
        return info_nce(scores, torch.tensor([0, 1, 2]), allowed, 0.5) + far

    asked.requires_grad_()
    texts.requires_grad_()
    assert torch.autograd.gradcheck(loss, (asked, texts))


@needs_torch
def test_a_copy_of_the_right_document_is_no_negative() -> None:
    import torch

    from trovato.train.encoder.losses import info_nce, same_documents

    same = same_documents(["a", "b", "a", "c"], [["a"], ["b", "c"]])
    assert same.tolist() == [[True, False, True, False], [False, True, False, True]]
    scores = torch.tensor([[1.0, 0.5, 9.0, 0.0], [0.2, 1.0, 0.1, 9.0]])
    found = info_nce(scores, torch.tensor([0, 1]), ~same, 1.0)
    kept = [np.array([1.0, 0.5, 0.0]), np.array([1.0, 0.2, 0.1])]
    wanted = np.mean([np.log(np.exp(row).sum()) - row[0] for row in kept])
    assert found.item() == pytest.approx(wanted, rel=1e-6)


@needs_torch
def test_divergence_is_that_of_the_definition() -> None:
    import torch

    from trovato.train.encoder.losses import score_divergence

    scores, teacher = np.array([[0.4, 0.1, 0.3]]), np.array([[1.0, np.nan, 0.0]])
    own = np.exp(scores[0, [0, 2]] / 0.5)
    theirs = np.exp(teacher[0, [0, 2]] / 2)
    own, theirs = own / own.sum(), theirs / theirs.sum()
    wanted = (theirs * np.log(theirs / own)).sum()
    found = score_divergence(torch.tensor(scores), torch.tensor(teacher), 0.5, 2.0)
    assert found.item() == pytest.approx(wanted)


@needs_torch
@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_grad_cache_is_the_whole_batch(chunk: int) -> None:
    import torch

    from trovato.train.encoder.grad_cache import cached_backward
    from trovato.train.encoder.losses import info_nce, maxsim_scores

    made = torch.Generator().manual_seed(1)
    table = torch.nn.Embedding(20, 6, dtype=torch.float64)
    layer = torch.nn.Linear(6, 4, dtype=torch.float64)
    texts = [torch.randint(20, (size,), generator=made) for size in (2, 3, 2, 5, 7, 3, 6)]

    def encode(some: Any) -> Any:
        longest = max(len(text) for text in some)
        ids = torch.stack(
            [torch.nn.functional.pad(text, (0, longest - len(text))) for text in some]
        )
        mask = torch.arange(longest)[None] < torch.tensor([[len(text)] for text in some])
        return torch.nn.functional.normalize(torch.tanh(layer(table(ids))), dim=-1), mask

    def loss(values: Any, mask: Any) -> Any:
        scores = maxsim_scores(values[:3], mask[:3], values[3:], mask[3:])
        return info_nce(scores, torch.arange(3), torch.ones(3, 4, dtype=torch.bool), 0.1)

    whole = loss(*encode(texts))
    whole.backward()
    weights = [table.weight, layer.weight, layer.bias]
    wanted = [weight.grad.clone() for weight in weights]
    for weight in weights:
        weight.grad = None
    assert cached_backward(encode, texts, loss, chunk) == pytest.approx(whole.item(), rel=1e-12)
    for weight, gradient in zip(weights, wanted, strict=True):
        assert (weight.grad - gradient).abs().max() <= 1e-10 * gradient.abs().max()


def test_planted_false_negatives_are_never_mined_and_hard_ones_always() -> None:
    corpus = ["right", "false", "hard", "soft", "far"]
    pairs = [TrainingPair(f"question {number}", ("right",)) for number in range(5)]

    def teacher(query: str) -> np.ndarray:
        positive = 0.5 + 0.1 * int(query[-1])
        return np.array([1, 0.97, 0.90, 0.4, 0.1], np.float32) * np.float32(positive)

    told: list[tuple[str, int, int]] = []
    mined = mine(pairs, corpus, teacher, 2, progress=lambda *what: told.append(what))
    assert [pair.negatives for pair in mined] == [("hard", "soft")] * 5
    assert mined[0].scores == pytest.approx((0.5, 0.45, 0.2))
    assert told[-1] == ("mining negatives", 5, 5)
    assert mine(pairs, corpus, teacher, 2, depth=2)[0].negatives == ()
    with pytest.raises(InvalidInputError, match="lacks the positive 'other'"):
        mine([TrainingPair("q", ("other",))], corpus, teacher)


def test_teachers_score_the_corpus() -> None:
    corpus = ["the mill burned down", "a green bridge", "the mill was sold"]
    for teacher in (bm25_teacher(corpus), late_interaction_teacher(corpus, WordEncoder())):
        scores = teacher("Who sold the mill?")
        assert scores.shape == (3,)
        assert int(scores.argmax()) == 2


def test_sampling_takes_as_many_from_each_cluster() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(0, 5, (3, 8))
    of = np.repeat([0, 1, 2], [60, 30, 10])
    vectors = (centres[of] + random.normal(0, 0.3, (100, 8))).astype(np.float32)
    chosen = sample_by_clusters(vectors, 36, dim=4, most=5)
    assert np.bincount(of[chosen]).tolist() == [13, 13, 10]
    assert np.array_equal(chosen, sample_by_clusters(vectors, 36, dim=4, most=5))
    with pytest.raises(InvalidInputError, match="two pairs"):
        sample_by_clusters(vectors[:1], 1)


def test_pairs_are_read_as_they_are_written(tmp_path: Path) -> None:
    pairs = [
        TrainingPair("who?", ("anna", "karl"), ("eve",), (0.9, 0.1)),
        TrainingPair("where?", ("oslo",)),
    ]
    write_pairs(tmp_path / "pairs.jsonl", pairs)
    assert read_pairs(tmp_path / "pairs.jsonl") == pairs
    assert documents_of(pairs) == ["anna", "karl", "eve", "oslo"]
    (tmp_path / "one.jsonl").write_text('{"query": "a", "positive": "b"}\n{"query": "a"}\n')
    with pytest.raises(InvalidInputError, match="line 2"):
        read_pairs(tmp_path / "one.jsonl")
    with pytest.raises(InvalidInputError, match="got 1"):
        TrainingPair("a", ("b",), ("c",), (1.0,))


def test_pairs_of_a_beir_folder(tmp_path: Path) -> None:
    corpus = [{"_id": "d1", "text": "oslo"}, {"_id": "d2", "text": "bergen"}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), "utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "where?"}\n', "utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "train.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq\td1\t1\nq\td2\t0\n", "utf-8"
    )
    assert read_pairs(tmp_path) == [TrainingPair("where?", ("oslo",), ("bergen",))]


@pytest.mark.parametrize(
    "wrong",
    [{"steps": 0}, {"temperature": 0.0}, {"distillation": 2.0}, {"dims": (0,)}, {"negatives": -1}],
)
def test_settings_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        EncoderTraining(**wrong)
