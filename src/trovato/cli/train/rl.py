"""`trovato train rl`: a language model trained by GRPO."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from trovato.cli.shared.progress import progress_bar
from trovato.cli.train.mapped_rows import mapped_rows
from trovato.core import InvalidInputError
from trovato.library import ASK_INSTRUCTIONS, Library, source_tools
from trovato.train.rl import (
    REWARDS,
    AgentPolicy,
    CausalPolicy,
    GRPOConfig,
    GRPOStep,
    read_examples,
    train_grpo,
)
from trovato.train.selection import OnlineSelectionConfig, OnlineSelector

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_STOPPED = 3


@click.command()
@click.argument("model", type=_FOLDER)
@click.argument("examples", type=_FILE)
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder."
)
@click.option("--order", type=_FILE, help="Ids to train on, in order, as of `trovato select`.")
@click.option(
    "--select",
    "chosen_at_once",
    type=click.IntRange(min=1),
    help="Choose so many anew every 2 steps, by the rewards so far.",
)
@click.option(
    "--features", type=_FILE, help="With --select: an .npy file, a row for each of the examples."
)
@click.option(
    "--reward",
    "names",
    default="exact_match",
    show_default=True,
    help=f"One or more of {', '.join(REWARDS)}, with commas between.",
)
@click.option(
    "--sources",
    type=click.Path(exists=True, path_type=Path),
    help="Collection whose typed sources the model may search; see `trovato sources`.",
)
@click.option(
    "--turns", type=click.IntRange(min=1), default=8, show_default=True, help="Calls at most."
)
@click.option("--steps", type=click.IntRange(min=1), default=100, show_default=True)
@click.option(
    "--examples-per-step", type=click.IntRange(min=1), default=8, show_default=True, help="A batch."
)
@click.option(
    "--group", type=click.IntRange(min=2), default=8, show_default=True, help="Rollouts of each."
)
@click.option("--learning-rate", type=float, default=1e-5, show_default=True)
@click.option("--kl-weight", type=float, default=0.0, show_default=True, help="β of the KL term.")
@click.option("--max-tokens", type=click.IntRange(min=1), default=256, show_default=True)
@click.option("--temperature", type=float, default=1.0, show_default=True)
@click.option("--max-kl", type=float, help="Stop above this divergence from the start.")
@click.option("--min-entropy", type=float, help="Stop below this entropy.")
@click.option("--max-reward-drop", type=float, help="Stop when this share of the reward is lost.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the last step as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def rl(
    model: Path,
    examples: Path,
    to: Path,
    order: Path | None,
    chosen_at_once: int | None,
    features: Path | None,
    names: str,
    sources: Path | None,
    turns: int,
    steps: int,
    examples_per_step: int,
    group: int,
    learning_rate: float,
    kl_weight: float,
    max_tokens: int,
    temperature: float,
    max_kl: float | None,
    min_entropy: float | None,
    max_reward_drop: float | None,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train MODEL by GRPO on EXAMPLES, and save it in a folder.

    MODEL is a folder as transformers saves it. A line of EXAMPLES is {"id": …, "prompt": …,
    "answer": …}. The folder gets trajectories.jsonl, which `trovato select` reads, steps.jsonl, a
    checkpoint and, at the end, the model. With --sources the model calls tools between its turns
    and learns from what it wrote alone; term_bin_match and factor_f1 need "months" and "factors" in
    place of "answer". Run the same command again after an interruption: it goes on to the same end.
    Exit status 3 when a limit stopped the training.

    \b
    Examples:
      trovato train rl models/small questions.jsonl --steps 30 --to proxy
      trovato select proxy/trajectories.jsonl --budget 10% --to ids.txt
      trovato train rl models/small questions.jsonl --order ids.txt --to trained --max-kl 1
      trovato train rl models/small questions.jsonl --select 200 --features f.npy --to trained
      trovato train rl models/small cases.jsonl --sources law.trovato --reward term_bin_match --to t
    """
    chosen = [one.strip() for one in names.split(",") if one.strip()]
    unknown = [one for one in chosen if one not in REWARDS]
    if unknown or not chosen:
        raise InvalidInputError(f"a reward is one of {', '.join(REWARDS)}, got {names!r}")
    config = GRPOConfig(
        steps=steps,
        examples_per_step=examples_per_step,
        group=group,
        learning_rate=learning_rate,
        kl_weight=kl_weight,
        max_kl=max_kl,
        min_entropy=min_entropy,
        max_reward_drop=max_reward_drop,
        seed=seed,
    )
    rows = read_examples(examples, order)
    if features and not chosen_at_once:
        raise InvalidInputError("--features are for --select: say how many examples to choose")
    sampler = None
    if chosen_at_once:
        choice = OnlineSelectionConfig(chosen_at_once, seed=seed)
        sampler = OnlineSelector(len(rows), choice, mapped_rows(features))
    writer = CausalPolicy.load(model, max_tokens=max_tokens, temperature=temperature)
    policy = _with_sources(writer, sources, turns) if sources else writer
    with progress_bar(hidden=quiet or as_json) as tell:

        def told(step: GRPOStep) -> None:
            tell("training", step.step, steps)

        found = train_grpo(
            policy,
            rows,
            {one: REWARDS[one] for one in chosen},
            config,
            sampler=sampler,
            folder=to,
            progress=told,
        )
    writer.save(to / "model")
    summary = {
        "steps": found.steps,
        "stopped": found.stopped,
        "last": asdict(found.last) if found.last else None,
        "gain": asdict(found.gain) if found.gain else None,
    }
    if as_json:
        click.echo(json.dumps(summary, indent=2))
    else:
        last = f", mean reward {found.last.reward:.3f}" if found.last else ""
        click.echo(f"{to}: {found.steps} steps{last}")
    if found.gain and not found.gain.learnt:
        click.echo(
            f"nothing learnt that can be told from chance: the reward of the last 10 steps is "
            f"{found.gain.mean:+.3f} [{found.gain.low:+.3f}, {found.gain.high:+.3f}] from that of "
            "the first 10; take more steps or a higher learning rate, or other examples",
            err=True,
        )
    if found.stopped:
        click.echo(f"stopped: {found.stopped}", err=True)
        raise click.exceptions.Exit(_STOPPED)


def _with_sources(policy: CausalPolicy, sources: Path, turns: int) -> AgentPolicy:
    with Library.open(sources) as library:
        tools = source_tools(library)  # they hold what they search
    return AgentPolicy(policy, tools, instructions=ASK_INSTRUCTIONS, turns=turns)
