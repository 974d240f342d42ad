"""Fitting a language model to forecast, and to say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, generator, no_progress
from trovato.retrieve.forecasts import Origin, signal_records
from trovato.train.forecast_lm.codec import TextCodec, WordCodec, padded
from trovato.train.forecast_lm.heads import project, residual
from trovato.train.forecast_lm.losses import contrastive_loss, ranking_loss
from trovato.train.forecast_lm.model import ForecastLanguageModel, log_base
from trovato.train.forecast_lm.network import build_network
from trovato.train.forecast_lm.text import contradicted, teacher, vocabulary
from trovato.train.forecasts import Truth


@dataclass(frozen=True, slots=True)
class LanguageModelSettings:
    """How to fit; defaults for a small model from scratch.

    Parameters
    ----------
    base
        The simple forecast whose logarithm the score is added to; "" for none, so that the score
        is all there is.
    steps, batch
        Of the optimiser.
    batches
        How many different batches there are, in turn; 0 for a new one each step. Where the lower
        layers of a pretrained model are kept, few save much.
    learning_rate
        Of AdamW; rises for 3 % of the steps, then falls as a cosine.
    generation, contrast, ranking
        Weights of the losses beside that of the score.
    seed
        The same seed gives the same model.
    """

    base: str = "last"
    steps: int = 400
    batch: int = 64
    batches: int = 0
    learning_rate: float = 3e-3
    generation: float = 0.5
    contrast: float = 0.5
    ranking: float = 0.2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Example:
    prompt: list[int]
    right: list[int]
    wrong: list[int]
    claims: tuple[str, ...]
    base: float
    target: float


def fit_language_model(
    past: Sequence[tuple[Origin, Truth]],
    settings: LanguageModelSettings = LanguageModelSettings(),
    progress: ProgressCallback = no_progress,
) -> ForecastLanguageModel:
    """Fit a small model from scratch.

    The loss is Huber's on the residual of log(1 + count), with cross-entropy of the explanation,
    InfoNCE of trend and explanation, and softplus on pairs of scores.

    Parameters
    ----------
    past
        Origins, and what came after them.
    settings
        How to fit.
    progress
        Told of steps.

    Raises
    ------
    InvalidInputError
        If there is nothing to learn from.
    MissingExtraError
        If torch or transformers is not installed.
    """
    network = _seeded_network(len(vocabulary()), settings.seed)
    codec = WordCodec()
    fit_network(network, codec, past, settings, progress)
    return ForecastLanguageModel(network, codec, settings.base)


def fit_network(
    network: Any,
    codec: TextCodec,
    past: Sequence[tuple[Origin, Truth]],
    settings: LanguageModelSettings,
    progress: ProgressCallback,
) -> None:
    """Minimise the loss of `fit_language_model` over a network with heads.

    Raises
    ------
    InvalidInputError
        If there is nothing to learn from.
    """
    import torch

    usable = [(o, t) for o, t in past if (o.known & ~np.isnan(t.counts)).any()]
    if not usable:
        raise InvalidInputError("a language model needs past counts to learn from, got none")
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate)
    warm_up = max(int(0.03 * settings.steps), 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / warm_up, 0.5 + 0.5 * np.cos(np.pi * step / settings.steps)),
    )
    random = generator(settings.seed, "forecast language model")
    kept = [_batch(usable, codec, settings, random) for _ in range(settings.batches)]
    network.train()
    for step in range(settings.steps):
        batch = kept[step % len(kept)] if kept else _batch(usable, codec, settings, random)
        loss = _loss(network, batch, codec.pad, settings)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        progress("fitting the language model", step + 1, settings.steps)
    network.eval()


def _seeded_network(words: int, seed: int) -> Any:
    """A network whose first weights follow the seed, and no generator of others."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build_network(words)


def _batch(
    past: Sequence[tuple[Origin, Truth]],
    codec: TextCodec,
    settings: LanguageModelSettings,
    random: np.random.Generator,
) -> list[_Example]:
    """Items of one origin, so that their scores can be compared."""
    origin, truth = past[int(random.integers(len(past)))]
    known = np.flatnonzero(origin.known & ~np.isnan(truth.counts))
    # Half of them by their level: what is popular decides a ranking, and is rare.
    weights = (
        0.5 / len(known)
        + 0.5 * (origin.counts[known, -1] + 1) / (origin.counts[known, -1] + 1).sum()
    )
    size = min(settings.batch, len(known))
    chosen = random.choice(known, size, replace=False, p=weights / weights.sum())
    base = log_base(origin, settings.base)
    found = []
    for at in chosen.tolist():
        came = float(truth.counts[at])
        signals = signal_records(origin, at, came, (came, came))
        by_name = {signal.name: signal for signal in signals}
        right, wrong = teacher(by_name, random), teacher(contradicted(by_name, random), random)
        claims = tuple(sorted(f"{one.name}={one.bucket}" for one in signals))
        found.append(
            _Example(
                codec.prompt(origin.counts[at], signals),
                codec.explanation(right),
                codec.explanation(wrong),
                claims,
                float(base[at]),
                float(np.log1p(came)),
            )
        )
    return found


def _loss(network: Any, examples: list[_Example], pad: int, settings: LanguageModelSettings) -> Any:
    import torch

    prompts = [one.prompt for one in examples]
    # Without generation the text behind a prompt teaches nothing.
    texts = [one.right if settings.generation else [] for one in examples]
    ids, mask = padded([one + text for one, text in zip(prompts, texts, strict=True)], pad)
    at = torch.tensor([len(one) - 1 for one in prompts])
    rows = torch.arange(len(examples))
    states = network.states(ids, mask)
    trend = states[rows, at]
    base = torch.tensor([one.base for one in examples])
    target = torch.tensor([one.target for one in examples])
    score = base + residual(network, trend)
    loss = torch.nn.functional.huber_loss(score, target)
    loss = loss + settings.ranking * ranking_loss(score, target)
    if settings.generation:
        logits = network.logits(states[:, :-1])
        labels = ids[:, 1:].clone()
        places = torch.arange(labels.shape[1])
        labels[(places[None] < at[:, None]) | (mask[:, 1:] == 0)] = -100
        loss = loss + settings.generation * torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
        )
    if settings.contrast:
        sides = []
        for spoken in ([one.right for one in examples], [one.wrong for one in examples]):
            text_ids, text_mask = padded(spoken, pad)
            last = text_mask.sum(1) - 1
            state = network.states(text_ids, text_mask)[rows, last]
            sides.append(project(network, state, "explanation"))
        same = torch.tensor([[a.claims == b.claims for b in examples] for a in examples])
        vectors = project(network, trend, "trend")
        loss = loss + settings.contrast * contrastive_loss(vectors, sides[0], sides[1], same)
    return loss
