"""The same training by TRL's `GRPOTrainer`, with its vLLM and its many processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError, PathLike, Trajectory
from trovato.train.rl.config import GRPOConfig
from trovato.train.rl.grpo import GRPOResult
from trovato.train.rl.policies.causal_policy import CausalPolicy
from trovato.train.rl.protocol import Example, ExampleSampler, RewardFunction
from trovato.train.rl.trl_sampler import TRLSampler, observed_rewards


def trl_options(config: GRPOConfig) -> dict[str, Any]:
    """Arguments of `trl.GRPOConfig` that say what a `GRPOConfig` of ours says.

    The order of examples is kept: TRL shuffles unless it is told not to. TRL's floor of a standard
    deviation is 1e-4 and cannot be set.

    Parameters
    ----------
    config
        Its alarms have no counterpart.

    Raises
    ------
    InvalidInputError
        If it has an alarm.
    """
    if any(one is not None for one in (config.max_kl, config.min_entropy, config.max_reward_drop)):
        raise InvalidInputError(
            "TRL does not stop at max_kl, min_entropy or max_reward_drop: leave them out, or use "
            "train_grpo"
        )
    return {
        "max_steps": config.steps,
        "per_device_train_batch_size": config.examples_per_step * config.group,
        "num_generations": config.group,
        "num_iterations": config.updates,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": "constant",
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.max_grad_norm,
        "epsilon": config.clip_low,
        "epsilon_high": config.clip_high,
        "beta": config.kl_weight,
        "scale_rewards": config.scale,
        "loss_type": "dapo",
        "shuffle_dataset": False,
        "seed": config.seed,
    }


def trl_reward(
    name: str, function: RewardFunction, examples: Sequence[Example], ends: Sequence[int] = ()
) -> Callable[..., list[float]]:
    """A reward function as TRL calls it, with the column `example` naming the example.

    Parameters
    ----------
    name
        What TRL calls it in its logs.
    function
        A reward function; the log-probabilities of the trajectory it gets are nan.
    examples
        All that may be asked for.
    ends
        Tokens that end an answer.
    """
    by_id = {one.id: one for one in examples}

    def rewarded(
        completions: Sequence[str],
        completion_ids: Sequence[Sequence[int]],
        example: Sequence[str],
        **_columns: object,
    ) -> list[float]:
        found = []
        for text, written, key in zip(completions, completion_ids, example, strict=True):
            tokens = np.array(written, np.int64)
            trajectory = Trajectory(
                example=key,
                prompt_tokens=np.zeros(0, np.int64),
                tokens=tokens,
                policy_mask=np.ones(len(tokens), bool),
                log_probs=np.full(len(tokens), np.nan, np.float32),
                text=text,
                finished=bool(len(tokens)) and int(tokens[-1]) in ends,
            )
            found.append(float(function(by_id[key], trajectory)))
        return found

    rewarded.__name__ = name
    return rewarded


def train_with_trl(
    policy: CausalPolicy,
    examples: Sequence[Example],
    rewards: Mapping[str, RewardFunction],
    config: GRPOConfig = GRPOConfig(),
    *,
    folder: PathLike,
    sampler: ExampleSampler | None = None,
    **options: Any,
) -> GRPOResult:
    """Train as `train_grpo` does, by TRL.

    Parameters
    ----------
    policy, examples, rewards, config
        As for `train_grpo`.
    folder
        TRL's `output_dir`.
    sampler
        Says which examples a batch takes, and is told their rewards, on one process; None for the
        order of the examples.
    options
        More arguments of `trl.GRPOConfig`, such as `use_cpu=True` or `gradient_accumulation_steps`;
        they come before those of `trl_options`.

    Raises
    ------
    InvalidInputError
        As `trl_options` says.
    MissingExtraError
        If TRL is not installed.
    """
    try:
        import datasets
        import trl
    except ImportError as error:
        raise MissingExtraError("trl", "trl", "training by TRL") from error
    tokenizer = policy.tokenizer
    ends = [tokenizer.eos_token_id]
    arguments = {
        **trl_options(config),
        "output_dir": str(folder),
        "temperature": policy.temperature,
        "top_k": policy.top_k,
        "max_completion_length": policy.max_tokens,
        "reward_weights": [config.reward_weights.get(name, 1.0) for name in rewards],
        "report_to": [],
        **options,
    }
    found = [trl_reward(name, one, examples, ends) for name, one in rewards.items()]
    if sampler is not None:
        places = {one.id: place for place, one in enumerate(examples)}
        weights = arguments["reward_weights"]
        found = observed_rewards(found, weights, sampler, places, config.group)
    trainer = (trl.GRPOTrainer if sampler is None else _sampled_trainer(sampler))(
        model=policy.module,
        reward_funcs=found,
        args=trl.GRPOConfig(**arguments),
        train_dataset=datasets.Dataset.from_list(
            [{"prompt": one.prompt, "example": one.id} for one in examples]
        ),
        processing_class=tokenizer,
    )
    trainer.train()
    policy.module.eval()
    return GRPOResult(int(trainer.state.global_step), None, None)


def _sampled_trainer(sampler: ExampleSampler) -> Any:
    """TRL's trainer, with its rows taken from a sampler."""
    import trl

    class SampledTrainer(trl.GRPOTrainer):  # type: ignore[misc]
        def _get_train_sampler(self, dataset: Any = None) -> Any:  # noqa: ARG002
            arguments = self.args
            examples = arguments.generation_batch_size // self.num_generations
            repeats = self.num_iterations * arguments.steps_per_generation
            steps = arguments.max_steps * arguments.gradient_accumulation_steps
            return TRLSampler(
                sampler, -(-steps // repeats), examples, self.num_generations, repeats
            )

    return SampledTrainer
