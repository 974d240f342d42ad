"""A causal language model as a policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, PathLike, Trajectory, file_errors
from trovato.core.shapes import Float32, Int64
from trovato.llm.local.model_support import cache_argument
from trovato.llm.local.weights.loading import load_model
from trovato.train.rl.protocol import Example


class CausalPolicy:
    """A causal language model of transformers, with its tokenizer.

    Dropout is off, so that the same weights give the same probabilities. For LoRA give a model with
    adapters, of which only those require a gradient.

    Parameters
    ----------
    model, tokenizer
        As transformers loads them.
    max_tokens
        Most tokens to write.
    temperature
        Divides the logits, when tokens are drawn and when their probability is asked for.
    top_k
        Draw from so many of the most probable tokens; 0 for all.
    stop_tokens
        Ids of tokens that end an answer and stay in it, beside the end of text.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        max_tokens: int = 256,
        temperature: float = 1.0,
        top_k: int = 0,
        stop_tokens: Sequence[int] = (),
    ) -> None:
        if max_tokens < 1 or not temperature > 0 or top_k < 0:
            raise InvalidInputError(
                f"max_tokens must be at least 1, temperature above 0 and top_k at least 0, got "
                f"{max_tokens}, {temperature} and {top_k}"
            )
        self.module = model.eval()
        self.tokenizer, self._cache = tokenizer, cache_argument(_inner(model))
        self.max_tokens, self.temperature, self.top_k = max_tokens, temperature, top_k
        self._ends = {tokenizer.eos_token_id, *stop_tokens} - {None}

    @classmethod
    def load(cls, folder: PathLike, *, device: str | None = None, **settings: Any) -> CausalPolicy:
        """A model and its tokenizer from a folder, in float32.

        Parameters
        ----------
        folder
            As transformers saves it.
        device
            Where it runs; by default on a GPU where there is one.
        settings
            Other arguments of a policy.

        Raises
        ------
        MissingExtraError
            If torch or transformers is not installed.
        ModelUnavailableError
            If the folder holds no whole model.
        """
        model, tokenizer = load_model(folder, device, "float32", "sdpa", download=False)
        return cls(model.requires_grad_(True), tokenizer, **settings)

    def save(self, folder: PathLike) -> None:
        """Write the model and its tokenizer as transformers does.

        Raises
        ------
        StorageError
            If the system refuses to write.
        """
        with file_errors("write", folder):
            self.module.save_pretrained(folder)
            self.tokenizer.save_pretrained(folder)

    def sample(
        self, examples: Sequence[Example], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        """`group` answers to each example, drawn together, those of one example in a row."""
        read = [self.encode(one.prompt) for one in examples]
        prompts = [tokens for tokens in read for _ in range(group)]
        drawn = self.draw(prompts, random)
        return [
            Trajectory(
                example=examples[row // group].id,
                prompt_tokens=prompts[row],
                tokens=tokens,
                policy_mask=np.ones(len(tokens), bool),
                log_probs=log_probs,
                text=self.decode(tokens),
                finished=self.ended(tokens),
            )
            for row, (tokens, log_probs) in enumerate(drawn)
        ]

    def encode(self, text: str, *, special: bool = True) -> Int64[np.ndarray, " tokens"]:
        """Tokens of a text, with those that the tokenizer puts around it or without."""
        return np.array(self.tokenizer(text, add_special_tokens=special)["input_ids"], np.int64)

    def decode(self, tokens: Int64[np.ndarray, " tokens"]) -> str:
        """The text of tokens, without special ones."""
        return str(self.tokenizer.decode(tokens.tolist(), skip_special_tokens=True))

    def end_with(self, token: int) -> None:
        """From now on a token ends an answer, and stays in it."""
        self._ends = self._ends | {token}

    def ended(self, tokens: Int64[np.ndarray, " tokens"]) -> bool:
        """Whether they end with a token that ends an answer."""
        return bool(len(tokens)) and int(tokens[-1]) in self._ends

    def draw(
        self,
        contexts: Sequence[Int64[np.ndarray, " _"]],
        random: np.random.Generator,
        stops: Sequence[Callable[[int], bool]] | None = None,
    ) -> list[tuple[Int64[np.ndarray, " _"], Float32[np.ndarray, " _"]]]:
        """What the policy writes after each context, and the log-probability of each token.

        Parameters
        ----------
        contexts
            Tokens, at least one each.
        random
            The tokens depend on the weights, the contexts and this alone.
        stops
            One for each context: told each token that is written after it, in order, it says
            whether that is the last.
        """
        import torch

        longest = max(map(len, contexts))
        ids = np.stack([np.pad(one, (longest - len(one), 0)) for one in contexts])
        mask = np.stack([np.arange(longest) >= longest - len(one) for one in contexts])
        device = self.module.device
        draws = torch.Generator(device).manual_seed(int(random.integers(1 << 62)))
        tokens, seen = torch.from_numpy(ids).to(device), torch.from_numpy(mask).long().to(device)
        places, cache = (seen.cumsum(1) - 1).clamp(min=0), None
        written: list[list[int]] = [[] for _ in contexts]
        log_probs: list[list[float]] = [[] for _ in contexts]
        open_ = list(range(len(contexts)))
        with torch.no_grad():
            for _ in range(self.max_tokens):
                out = self.module(
                    input_ids=tokens,
                    attention_mask=seen,
                    position_ids=places,
                    use_cache=True,
                    **{self._cache: cache},
                )
                cache = out[self._cache]
                chances = torch.log_softmax(out.logits[:, -1].float() / self.temperature, 1)
                tokens = self._draw(chances, draws)
                drawn, found = tokens[:, 0].tolist(), chances.gather(1, tokens)[:, 0].tolist()
                for row in open_:
                    written[row].append(drawn[row])
                    log_probs[row].append(found[row])
                open_ = [
                    row
                    for row in open_
                    if drawn[row] not in self._ends and not (stops and stops[row](drawn[row]))
                ]
                if not open_:
                    break
                seen = torch.cat([seen, torch.ones_like(tokens)], 1)
                places = places[:, -1:] + 1
        return [
            (np.array(one, np.int64), np.array(other, np.float32))
            for one, other in zip(written, log_probs, strict=True)
        ]

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        """Log-probability of each token after the prompt, and entropy, with gradients."""
        import torch

        whole = [np.concatenate([one.prompt_tokens, one.tokens]) for one in trajectories]
        width = max(map(len, whole))
        longest = max(len(one.tokens) for one in trajectories)
        ids = torch.from_numpy(np.stack([np.pad(one, (0, width - len(one))) for one in whole]))
        mask = torch.from_numpy(np.stack([np.arange(width) < len(one) for one in whole])).long()
        device = self.module.device
        logits = self.module(
            input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False
        ).logits
        # The token at place t is drawn from the logits at t − 1.
        starts = torch.tensor([len(one.prompt_tokens) for one in trajectories])
        at = (starts[:, None] + torch.arange(longest)).clamp(max=width - 1)
        rows = torch.arange(len(whole))[:, None]
        chances = torch.log_softmax(logits[rows, at - 1].float() / self.temperature, -1)
        found = chances.gather(-1, ids[rows, at].to(device)[..., None])[..., 0]
        return found, -(chances.exp() * chances).sum(-1).detach()

    def _draw(self, chances: Any, draws: Any) -> Any:
        import torch

        if not 0 < self.top_k < chances.shape[1]:
            return torch.multinomial(chances.exp(), 1, generator=draws)
        top = chances.topk(self.top_k, 1)
        return top.indices.gather(1, torch.multinomial(top.values.exp(), 1, generator=draws))


def _inner(model: Any) -> Any:
    """The model itself where adapters of peft are around it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model
