"""What is planted in a drawn log can be found in it: who knows more ranks better."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from trovato.interactions.storage.layout import TEST_WEEK
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import PROTOCOLS, Experiment, Metrics, fit_model, run_benchmark

_SETTINGS: dict[str, dict[str, Any]] = {"ials": {"factors": 32, "iterations": 8, "threads": 1}}
_K = 20


@dataclass(frozen=True)
class Drawn:
    """A log, and what it was drawn from, in the order of the catalogue."""

    experiment: Experiment
    by_chance: Experiment
    users: np.ndarray
    favourites: np.ndarray
    cluster: np.ndarray
    weight: np.ndarray  # of each item in the week of the test
    interests: dict[str, Any]

    @cached_property
    def figures(self) -> dict[str, Metrics]:
        return {
            model: run_benchmark(
                fit_model(model, self.experiment, **_SETTINGS.get(model, {})),
                self.experiment,
                resamples=2,
            )
            for model in ("popularity", "conversion", "ials", "content")
        }

    @cached_property
    def preferences(self) -> np.ndarray:
        """How likely each user returns to each cluster."""
        shares = np.zeros((len(self.users), self.cluster.max() + 1))
        rows = np.arange(len(self.users))[:, None]
        np.add.at(shares, (rows, self.favourites), self.interests["favourite_shares"])
        return shares

    def after(self, now: np.ndarray, sessions: int) -> np.ndarray:
        """How likely each cluster is, on average over the next sessions."""
        back, on = self.interests["returns"], self.interests["moves_on"]
        total = np.zeros_like(now)
        for _ in range(sessions):
            following = np.zeros_like(now)
            following[:, self.interests["next_cluster"]] = now
            now = back * self.preferences + on * following + (1 - back - on) * now
            total += now
        return total / sessions

    def last(self) -> np.ndarray:
        """The cluster of the last item that each user cared for."""
        found = np.zeros_like(self.preferences)
        for row, user in enumerate(self.users.tolist()):
            history = self.experiment.histories[user]
            if len(history):
                found[row, self.cluster[history[-1]]] = 1
            else:
                found[row] = self.preferences[row]
        return found

    def ndcg(self, interests: np.ndarray) -> float:
        """Of ranking by the chance to be shown in the week of the test."""
        personal = self.interests["personal"]
        within = self.weight / np.bincount(self.cluster, self.weight)[self.cluster]
        for_all = (1 - personal) * self.weight / self.weight.sum()
        discounts = 1 / np.log2(np.arange(2, _K + 2))
        targets = self.experiment.targets
        found = []
        for row, user in enumerate(self.users.tolist()):
            scores = personal * interests[row, self.cluster] * within + for_all
            best = np.argpartition(-scores, _K)[:_K]
            hits = np.isin(best[np.argsort(-scores[best])], targets[user])
            found.append(hits @ discounts / discounts[: min(_K, len(targets[user]))].sum())
        return float(np.mean(found))


@pytest.fixture(
    scope="module", params=[0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = tmp_path_factory.mktemp("planted") / "log"
    # As many rows for each user and item as in the published cut `ur0.01_ir0.01`.
    layout = synthesise(folder, Scale(320_000, 8_000, 12_000, request.param))
    truth = folder.with_name("log.truth")
    experiment = only_few(
        Experiment.of(InteractionLog.open(layout.root.parent), PROTOCOLS["temporal"]), 1000
    )
    by_chance = only_few(
        Experiment.of(InteractionLog.open(layout.root.parent), PROTOCOLS["random"]), 1000
    )
    with np.load(truth / "users.npz") as users:
        known = np.searchsorted(users["user_id"], experiment.users)
        favourites = users["favourites"][known].astype(int)
    with np.load(truth / "items.npz") as items:
        places = experiment.catalogue.places(items["item_id"])
        cluster = np.empty(len(places), int)
        cluster[places] = items["cluster"]
        interests = json.loads((truth / "levels.json").read_text())["interests"]
        age = TEST_WEEK - items["birth_week"].astype(float)
        weight = np.empty(len(places))
        weight[places] = items["appeal"] * np.exp(-age / interests["mean_life"])
        assert age.min() >= 0
    tested = np.flatnonzero(experiment.trained)
    return Drawn(experiment, by_chance, tested, favourites[tested], cluster, weight, interests)


def only_few(experiment: Experiment, most: int) -> Experiment:
    """The same with few users who can be tested."""
    able = (experiment.trained > 0) & (experiment.targets.lengths > 0)
    few = able & (np.cumsum(able) <= most)
    return replace(experiment, trained=np.where(few, experiment.trained, 0))


def means(figures: Metrics, part: str = "all") -> float:
    return figures.slices[part].means[f"nDCG@{_K}"].mean


def test_truth_beats_factors_and_factors_beat_popularity(drawn: Drawn) -> None:
    static = drawn.ndcg(drawn.after(drawn.preferences, 60))
    ials, popularity = means(drawn.figures["ials"]), means(drawn.figures["popularity"])
    assert static > 1.5 * ials
    assert ials > 1.2 * popularity


def test_what_came_last_says_more_than_taste(drawn: Drawn) -> None:
    static = drawn.ndcg(drawn.after(drawn.preferences, 60))
    after = drawn.ndcg(drawn.after(drawn.last(), 3))
    blind = replace(drawn, favourites=drawn.favourites[::-1])  # taste of somebody else
    blind_after = blind.ndcg(blind.after(drawn.last(), 3))
    assert after > 1.15 * static
    assert blind_after > 1.05 * static


def test_signs_of_the_published_table(drawn: Drawn) -> None:
    figures = drawn.figures
    assert figures["conversion"].auc > figures["popularity"].auc
    assert means(figures["content"], "cold items") > means(figures["ials"], "cold items")
    for model in ("popularity", "ials"):
        random = run_benchmark(
            fit_model(model, drawn.by_chance, **_SETTINGS.get(model, {})),
            drawn.by_chance,
            resamples=2,
        )
        assert means(random) > 1.5 * means(figures[model])
