"""What contrast and the residual are worth: a small language model with and without them.

    python bench/forecast_losses.py [--seed 0] [--steps 150] [--batch 32]

Planted counts, learned up to bin 29, measured on the five origins after it. Told apart: how often
the vector of an item's trend is nearer to a right explanation of it than to one whose claims were
turned (teachers for both, drawn anew).
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from trovato.core import generator
from trovato.evaluate.forecasts import count_ndcg
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import Origin, SimpleForecast, origin_at, signal_records
from trovato.train.forecast_lm import (
    ForecastLanguageModel,
    LanguageModelSettings,
    fit_language_model,
)
from trovato.train.forecast_lm.codec import padded
from trovato.train.forecast_lm.heads import project
from trovato.train.forecast_lm.text import contradicted, teacher
from trovato.train.forecasts import Truth, truth_after

# The base of the residual, and the weight of the contrast.
ARMS = {
    "contrast, residual": ("ma-4", 0.5),
    "no contrast, residual": ("ma-4", 0.0),
    "contrast, absolute": ("", 0.5),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--arms", nargs="*", choices=ARMS, default=list(ARMS))
    options = parser.parse_args()
    table, _ = planted_counts(seed=options.seed)
    moments: list[tuple[Origin, Truth]] = []
    for last in range(8, 35):
        origin = origin_at(table, last, (4,))
        truth = truth_after(table, last, origin)
        if truth is not None:
            moments.append((origin, truth))
    past, late = moments[:-5], moments[-5:]
    line = SimpleForecast("ma-4")
    print(f"seed {options.seed}: mean of 4, NDCG@20 {quality(line, late):.3f}", flush=True)
    for name in options.arms:
        base, contrast = ARMS[name]
        begin = time.process_time()
        settings = LanguageModelSettings(
            base, options.steps, options.batch, contrast=contrast, seed=options.seed
        )
        model = fit_language_model(past, settings)
        print(
            f"seed {options.seed}: {name}: NDCG@20 {quality(model, late):.3f}, told apart "
            f"{told_apart(model, late[0]):.3f}, {time.process_time() - begin:.0f} CPU s",
            flush=True,
        )


def quality(
    model: ForecastLanguageModel | SimpleForecast, late: list[tuple[Origin, Truth]]
) -> float:
    return float(
        np.mean([count_ndcg(model.predict(o), t.least, 20, t.everything) for o, t in late])
    )


def told_apart(model: ForecastLanguageModel, moment: tuple[Origin, Truth]) -> float:
    import torch

    origin, truth = moment
    random = generator(0, "told apart")
    prompts, right, wrong = [], [], []
    for at in range(len(origin.places)):
        came = float(truth.counts[at])
        signals = {one.name: one for one in signal_records(origin, at, came, (came, came))}
        prompts.append(model.codec.prompt(origin.counts[at], tuple(signals.values())))
        right.append(model.codec.explanation(teacher(signals, random)))
        turned = contradicted(signals, random)
        wrong.append(model.codec.explanation(teacher(turned, random)))
    with torch.inference_mode():
        vectors = []
        for texts, head in ((prompts, "trend"), (right, "explanation"), (wrong, "explanation")):
            ids, mask = padded(texts, model.codec.pad)
            states = model.network.states(ids, mask)[torch.arange(len(texts)), mask.sum(1) - 1]
            vectors.append(project(model.network, states, head))
        trend, positive, negative = vectors
        nearer = (trend * positive).sum(1) > (trend * negative).sum(1)
    return float(nearer.float().mean())


if __name__ == "__main__":
    main()
