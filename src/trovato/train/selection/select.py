"""From rewards, gradients and embeddings of a pool to the examples to train on, in order."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float, Float64, Int64
from trovato.ops import (
    beta_learnability,
    easy_to_hard,
    gaussian_learnability,
    min_max,
    progress_learnability,
    quantile_gaussian_learnability,
    representativeness,
    select_diverse,
)
from trovato.train.selection.config import SelectionConfig
from trovato.train.selection.feature_rows import FeatureRows
from trovato.train.selection.predicted import fill_predicted
from trovato.train.selection.report import SelectionReport
from trovato.train.selection.reward_table import RewardTable


def learnability(
    table: RewardTable, config: SelectionConfig, base: RewardTable | None = None
) -> Float64[np.ndarray, " examples"]:
    """Learnability of each example, scaled to 0…1; nan without rewards.

    Raises
    ------
    InvalidInputError
        If progress is asked for without base rewards of the same examples, or rewards do not suit.
    """
    known = table.counts > 0
    means = table.means[known]
    match config.learnability:
        case "gaussian":
            mu = 0.5 if config.mu is None else config.mu
            raw = gaussian_learnability(means, mu, config.sigma)
        case "quantile-gaussian":
            sigma = 0.2 if config.sigma is None else config.sigma
            raw = quantile_gaussian_learnability(means, config.mu, sigma, config.reward_floor)
        case "variance":
            raw = table.stds[known]
        case "beta-posterior":
            raw = beta_learnability(means, table.counts[known])
        case "progress":
            raw = progress_learnability(means, _base_means(table, base)[known])
    found = np.full(len(table), np.nan)
    found[known] = min_max(raw)
    return found


def curriculum(
    means: Float64[np.ndarray, " examples"], group_size: int = 64, seed: int = 42
) -> Int64[np.ndarray, " examples"]:
    """An order to train in: shuffled, cut into groups, each group from easy to hard.

    The shuffle is that of Python's `random.Random(seed)`, as in the released program.

    Parameters
    ----------
    means
        Mean reward of each example, in the order of ids.
    group_size
        Examples to a group; 0 for one group of all.
    seed
        Of the shuffle.
    """
    shuffled = list(range(len(means)))
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    rows = np.array(shuffled, np.int64)
    groups = max(1, len(rows) // group_size) if group_size else 1
    order: Int64[np.ndarray, " examples"] = rows[easy_to_hard(means[rows], groups)]
    return order


def select_examples(
    table: RewardTable,
    k: int,
    config: SelectionConfig = SelectionConfig(),
    *,
    embeddings: Float[np.ndarray, "examples dim"] | None = None,
    gradients: Float[np.ndarray, "examples width"] | None = None,
    features: Float[np.ndarray, "examples size"] | None = None,
    base: RewardTable | None = None,
    progress: ProgressCallback = no_progress,
) -> SelectionReport:
    """Choose k examples that are learnable, representative and unlike each other, and order them.

    The score is α × learnability + representativeness, both scaled to 0…1; examples are chosen one
    by one by score × distance to the nearest chosen one. Memory holds a few numbers per example and
    what is chosen: arrays may be mapped from files. The order of the rows changes nothing.

    Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278).

    Parameters
    ----------
    table
        Rewards of the pool; an example without any is never chosen, unless there are features.
    k
        How many; all that have rewards if there are not so many.
    config
        How they are scored.
    embeddings
        Of the examples, row by row; without them the k highest scores are chosen.
    gradients
        Hessian-vector products or projected gradients of the examples, row by row; without them
        learnability alone is the score.
    features
        Of the examples, row by row: where only a sample has rewards, learnability and mean reward
        of the others are estimated from them, so that not all need to be scored.
    base
        Rewards before the short training, for `learnability="progress"`.
    progress
        Told of what is chosen.

    Raises
    ------
    InvalidInputError
        If `k` is below 1, nothing has a reward, or arrays do not belong to the table.
    """
    scored = int((table.counts > 0).sum())
    if k < 1 or not scored:
        raise InvalidInputError(
            f"choose at least 1 of the {scored} examples that have rewards, got k = {k}"
        )
    given = {"embeddings": embeddings, "gradients": gradients, "features": features}
    for name, array in given.items():
        if array is not None and len(array) != len(table):
            raise InvalidInputError(
                f"there must be one row of {name} for each of {len(table)} examples, got "
                f"{len(array)}"
            )
    warnings = _warnings(table, predicted=features is not None)
    learn = learnability(table, config, base)
    if features is not None:
        rows = FeatureRows(features)
        learn = fill_predicted(learn, rows)
        table = replace(table, means=fill_predicted(table.means, rows))
    known = table.order[~np.isnan(learn[table.order])]
    if not learn[known].any():
        warnings.append("all examples are equally learnable: learnability decides nothing")
    scores = config.alpha * learn
    represent = None
    if gradients is not None:
        represent = min_max(representativeness(gradients))
        scores = scores + represent
    if not scores[known].any():
        scores = np.where(np.isnan(scores), np.nan, 1.0)
    if embeddings is None:
        chosen = known[np.argsort(-scores[known], kind="stable")[:k]]
        nearest = distances = None
    else:
        found = select_diverse(scores[known], embeddings, k, rows=known, progress=progress)
        chosen = known[found.chosen]
        nearest, distances = np.full(len(table), -1), np.full(len(table), np.nan)
        nearest[known], distances[known] = chosen[found.nearest], found.distances
    by_id = known[np.isin(known, chosen)]
    order = by_id[curriculum(table.means[by_id], config.group_size, config.seed)]
    return SelectionReport(
        table, config, learn, represent, scores, chosen, order, nearest, distances, tuple(warnings)
    )


def _base_means(table: RewardTable, base: RewardTable | None) -> Float64[np.ndarray, " examples"]:
    if base is None or set(base.ids) != set(table.ids):
        raise InvalidInputError(
            "progress compares rewards with those before the training: give base rewards of the "
            "same examples"
        )
    rows = dict(zip(base.ids, base.means.tolist(), strict=True))
    means: Float64[np.ndarray, " examples"] = np.nan_to_num([rows[one] for one in table.ids])
    return means


def _warnings(table: RewardTable, *, predicted: bool) -> list[str]:
    found = []
    if table.missing:
        found.append(f"{table.missing} rewards are missing or nan: they are left out")
    without = int((table.counts == 0).sum())
    if without:
        what = "theirs is estimated" if predicted else "they are never chosen"
        found.append(f"{without} examples have no reward: {what}")
    if len(set(table.counts[table.counts > 0].tolist())) > 1:
        found.append(
            f"examples have from {table.counts[table.counts > 0].min()} to {table.counts.max()} "
            "rewards: means of few are less certain"
        )
    return found
