"""The benchmark on a small drawn log, against plain twins that hold everything at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from trovato.core import IdMap, InvalidInputError, UnreadableFileError
from trovato.encode.semantic_ids import SemanticIds, fit_quantizer, save_ids
from trovato.evaluate import NDCG, Recall
from trovato.interactions.relevance import POSITIVES
from trovato.interactions.storage.embeddings import read_embeddings
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import MODELS, PROTOCOLS, Experiment, fit_model, run_benchmark, settings_of
from trovato.retrieve.recommenders import RandomScores
from trovato.testing import check_recommender


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> LogLayout:
    return synthesise(tmp_path_factory.mktemp("log") / "log", Scale.of(20_000, 1))


@pytest.fixture(scope="module")
def experiment(log: LogLayout) -> Experiment:
    return Experiment.of(opened(log), PROTOCOLS["temporal"])


def opened(log: LogLayout) -> InteractionLog:
    return InteractionLog.open(log.root.parent)


def pairs(log: LogLayout, weeks: range) -> list[tuple[int, int]]:
    """Who watched what for over ten seconds, in order."""
    found: list[tuple[int, int]] = []
    for week in weeks:
        rows = pq.read_table(log.week(week)).to_pylist()
        found += [(row["user_id"], row["item_id"]) for row in rows if row["timespent"] > 10]
    return found


def test_an_experiment_is_the_log_under_the_protocol(
    log: LogLayout, experiment: Experiment
) -> None:
    ids = experiment.catalogue.ids
    for weeks, histories in (
        (range(25), experiment.histories),
        (range(26, 27), experiment.targets),
    ):
        wanted: dict[int, list[int]] = {}
        for user, item in pairs(log, weeks):
            wanted.setdefault(user, []).append(item)
        got = {
            int(user): ids[history].tolist()
            for user, history in zip(experiment.users, histories, strict=True)
            if len(history)
        }
        assert got == wanted
    rows = sum(pq.read_metadata(log.week(week)).num_rows for week in range(25))
    assert experiment.trained.sum() == experiment.shown.sum() == rows
    assert len(experiment.test_items.items) == pq.read_metadata(log.week(26)).num_rows


def test_the_random_split_takes_each_row_once(log: LogLayout) -> None:
    protocol = PROTOCOLS["random"]
    train = sum(len(rows.users) for rows in protocol.training(opened(log)))
    test = sum(len(rows.users) for rows in protocol.testing(opened(log)))
    assert train + test == 20_000
    assert test == pytest.approx(20_000 / 27, rel=0.15)
    first, again = (Experiment.of(opened(log), protocol) for _ in range(2))
    assert np.array_equal(first.test_items.items, again.test_items.items)


def test_the_validation_protocol_tests_on_week_25(log: LogLayout) -> None:
    rows = list(PROTOCOLS["validation"].testing(opened(log)))
    assert {part.week for part in rows} == {25}


AT_ONCE = [model for model in MODELS if "sasrec" not in model and model != "generative"]


def some_ids(experiment: Experiment, path: Path) -> Path:
    names = experiment.catalogue.text_of(range(len(experiment.catalogue)))
    vectors = np.random.default_rng(0).standard_normal((len(names), 8)).astype(np.float32)
    quantizer, codes = fit_quantizer("rq-kmeans", vectors, codes=16)
    save_ids(path, SemanticIds(IdMap(names), codes, quantizer, {}))
    return path


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(
            model,
            marks=pytest.mark.needs("torch")
            if model not in AT_ONCE
            else pytest.mark.slow
            if model == "ease"  # its matrix is as large for a small log
            else (),
        )
        for model in MODELS
    ],
)
def test_every_model_keeps_the_laws_and_can_be_measured(
    model: str, experiment: Experiment, tmp_path: Path
) -> None:
    small: dict[str, Any] = {
        "factors": 4,
        "iterations": 2,
        "blocks": 1,
        "epochs": 1,
        "negatives": 8,
        "threads": 1,
    }
    settings = {name: value for name, value in small.items() if name in settings_of(model)}
    if model == "generative":
        with pytest.raises(InvalidInputError, match="trovato ids train"):
            fit_model(model, experiment, **settings)
        settings["ids"] = str(some_ids(experiment, tmp_path / "some.ids"))
    recommender = fit_model(model, experiment, **settings)
    lengths = experiment.histories.lengths
    users = np.array([*np.flatnonzero(lengths > 3)[:4], np.flatnonzero(lengths == 0)[0]])
    check_recommender(recommender, experiment.histories.take(users))
    figures = run_benchmark(recommender, experiment, resamples=20)
    assert 0 <= figures.auc <= 1
    assert 0 < figures.coverage <= 1
    assert set(figures.slices["all"].means) == {"nDCG@20", "R@20", "P@20", "AP@20", "RR@20"}


def test_figures_are_those_of_a_plain_twin(experiment: Experiment) -> None:
    recommender = fit_model("content", experiment)
    figures = run_benchmark(
        recommender, experiment, measures=[NDCG(5), Recall(10)], repeat=True, resamples=20
    )
    scores = recommender.score(experiment.histories).tile(0, recommender.items)
    truth, cold = experiment.targets, experiment.shown == 0
    tested = np.flatnonzero(experiment.trained > 0)
    ids = [str(number) for number in experiment.catalogue.ids]
    ndcg: list[float] = []
    recalls: list[float] = []
    for user in tested[truth.lengths[tested] > 0].tolist():
        ranking = [ids[place] for place in np.argsort(-scores[user], kind="stable")[:10]]
        ndcg.append(NDCG(5)(ranking, {ids[place]: 1 for place in truth[user]}))
        chilled = {ids[place]: 1 for place in truth[user] if cold[place]}
        if chilled:
            recalls.append(Recall(10)(ranking, chilled))
    assert figures.slices["all"].users == len(ndcg)
    assert figures.slices["all"].means["nDCG@5"].mean == pytest.approx(np.mean(ndcg), abs=1e-9)
    assert figures.slices["cold items"].users == len(recalls)
    cold_recall = figures.slices["cold items"].means["R@10"].mean
    assert cold_recall == pytest.approx(np.mean(recalls), abs=1e-9)
    users, items = experiment.test_items.users, experiment.test_items.items
    kept = np.isin(users, tested)
    got, labels = scores[users[kept], items[kept]], experiment.test_positive[kept]
    above = (got[labels][:, None] > got[~labels][None, :]).mean()
    ties = (got[labels][:, None] == got[~labels][None, :]).mean()
    assert figures.auc == pytest.approx(above + ties / 2, abs=1e-4)


def test_seen_items_can_be_masked(experiment: Experiment) -> None:
    recommender = fit_model("popularity", experiment)
    free = run_benchmark(recommender, experiment, repeat=True, resamples=5)
    masked = run_benchmark(recommender, experiment, resamples=5)
    assert masked.coverage > free.coverage == 20 / recommender.items


def test_what_is_refused(log: LogLayout, experiment: Experiment, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no model"):
        fit_model("oracle", experiment)
    with pytest.raises(InvalidInputError, match="this log"):
        run_benchmark(RandomScores(3), experiment)
    (tmp_path / "some.npz").write_bytes(b"PK not really")
    with pytest.raises(UnreadableFileError, match="no content vectors"):
        read_embeddings(tmp_path / "some.npz", experiment.catalogue.ids)
    other = replace(opened(log), metadata=tmp_path)
    for name in ("users_metadata.parquet", "items_metadata.parquet"):
        pq.write_table(pq.read_table(log.metadata / name).slice(0, 40), tmp_path / name)
    with pytest.raises(UnreadableFileError, match="another log"):
        Experiment.of(other, PROTOCOLS["temporal"])
    with pytest.raises(InvalidInputError, match="needs the weeks 0 to 26"):
        Experiment.of(opened(log).weeks(0, 25), PROTOCOLS["temporal"])


def test_positives() -> None:
    read = {name: np.array([False, False, True]) for name in ("like", "share", "bookmark")}
    read["click_on_author"] = np.zeros(3, bool)
    read["open_comments"] = np.array([True, False, False])
    read["timespent"] = np.array([10, 11, 0], np.uint8)
    got = {name: rule(read).tolist() for name, rule in POSITIVES.items()}
    assert got == {
        "watched": [False, True, False],
        "like": [False, False, True],
        "explicit": [False, False, True],
        "any": [False, True, True],
        "commented": [True, False, False],
    }


def test_embeddings_are_joined_by_id(tmp_path: Path) -> None:
    ids = np.array([9, 2, 5], np.uint32)
    vectors = np.array([[9.0], [2.0], [5.0]], np.float16)
    np.savez(tmp_path / "e.npz", item_id=ids, embedding=vectors)
    wanted = np.array([2, 7, 9, 10], np.uint32)
    assert read_embeddings(tmp_path / "e.npz", wanted).ravel().tolist() == [2, 0, 9, 0]
    np.savez(tmp_path / "e.npz", item_id=np.array([2, 2]), embedding=vectors[:2])
    with pytest.raises(UnreadableFileError, match="distinct"):
        read_embeddings(tmp_path / "e.npz", wanted)
