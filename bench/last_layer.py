"""A small pretrained model whose last layer is trained by LoRA, answering with one letter.

What the layers below make of a prompt never changes: it is computed once and kept. Of
the last layer only the state of the last token is needed. An answer is one of a few letters, so all
rollouts of a prompt are drawn from one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trovato.core import Trajectory, generator
from trovato.train.rl import Example


class LastLayer:
    """The model's last layer with adapters.

    Parameters
    ----------
    folder
        A model of the Llama family, as transformers saves it.
    letters
        What may be answered, one token each with a space before it.
    kept
        File for what the layers below make of each prompt.
    """

    def __init__(self, folder: Path, letters: str, kept: Path) -> None:
        import peft
        from transformers import AutoModelForCausalLM, AutoTokenizer

        source: dict[str, Any] = {"local_files_only": True}
        self._tokenizer = AutoTokenizer.from_pretrained(folder, **source)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **source).eval()
        self._letters = letters
        ids = [self._tokenizer.encode(f" {one}", add_special_tokens=False)[-1] for one in letters]
        self._head = model.lm_head.weight[ids].detach()
        self._body, self._norm = model.model, model.model.norm
        count = len(self._body.layers)
        config = peft.LoraConfig(
            r=8,
            lora_alpha=16,
            target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "down_proj", "up_proj"],
            layers_to_transform=[count - 1],
        )
        with torch.random.fork_rng(devices=[]):
            peft.get_peft_model(model, config)
        self._below, self.module = self._body.layers[: count - 1], self._body.layers[-1]
        self._file = kept
        self._kept: dict[str, Any] = torch.load(kept, weights_only=True) if kept.exists() else {}

    def reset(self, seed: int) -> None:
        """Adapters that change nothing yet."""
        draws = torch.Generator().manual_seed(int(generator(seed, "adapters").integers(1 << 62)))
        for name, weight in self.module.named_parameters():
            if weight.requires_grad:
                noise = torch.randn(weight.shape, generator=draws) / weight.shape[1] ** 0.5
                weight.data.copy_(noise if "lora_A" in name else torch.zeros_like(weight))

    def read(self, prompts: Sequence[str]) -> list[Any]:
        """States of the tokens of each prompt below the last layer."""
        for one in prompts:
            if one not in self._kept:
                with torch.no_grad():
                    ids = self._tokenizer(one, return_tensors="pt")["input_ids"]
                    states, places = self._body.embed_tokens(ids), torch.arange(ids.shape[1])[None]
                    turned = self._body.rotary_emb(states, places)
                    for layer in self._below:
                        out = layer(states, position_embeddings=turned, position_ids=places)
                        states = out[0] if isinstance(out, tuple) else out
                    self._kept[one] = states[0].clone()
                if len(self._kept) % 8 == 0:
                    torch.save(self._kept, self._file)
        return [self._kept[one] for one in prompts]

    def log_probs_of(self, prompts: Sequence[str]) -> Any:
        """Log-probability of each letter, `(prompts, letters)`."""
        states = self.read(prompts)
        found = torch.stack([self._last(one) for one in states])
        return torch.log_softmax(self._norm(found) @ self._head.T, 1)

    def sample(
        self, examples: Sequence[Any], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        with torch.no_grad():
            chances = self.log_probs_of([one.prompt for one in examples])
        draws = torch.Generator().manual_seed(int(random.integers(1 << 62)))
        drawn = torch.multinomial(chances.exp(), group, replacement=True, generator=draws)
        found = chances.gather(1, drawn).numpy()
        prompts = [
            np.frombuffer(one.prompt.encode(), np.uint8).astype(np.int64) for one in examples
        ]
        return [
            Trajectory(
                example=one.id,
                prompt_tokens=prompts[row],  # bytes: the key of what was read
                tokens=np.array([place], np.int64),
                policy_mask=np.ones(1, bool),
                log_probs=found[row, at : at + 1],
                text=self._letters[place],
            )
            for row, one in enumerate(examples)
            for at, place in enumerate(drawn[row].tolist())
        ]

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        prompts = [one.prompt_tokens.astype(np.uint8).tobytes().decode() for one in trajectories]
        rows = {one: row for row, one in enumerate(dict.fromkeys(prompts))}
        chances = self.log_probs_of(list(rows))[[rows[one] for one in prompts]]
        answers = torch.tensor([[int(one.tokens[0])] for one in trajectories])
        return chances.gather(1, answers), -(chances.exp() * chances).sum(1, keepdim=True).detach()

    def gradient(self, example: Example, answer: int) -> dict[str, np.ndarray]:
        """Of −log p of an answer, by adapter."""
        named = {n: w for n, w in self.module.named_parameters() if w.requires_grad}
        loss = -self.log_probs_of([example.prompt])[0, answer]
        parts = torch.autograd.grad(loss, list(named.values()))
        return {name: part.ravel().numpy() for name, part in zip(named, parts, strict=True)}

    def _last(self, states: Any) -> Any:
        """What the last layer makes of the last token."""
        layer, attention = self.module, self.module.self_attn
        places = torch.arange(len(states))[None]
        cos, sin = (part[0] for part in self._body.rotary_emb(states[None], places))
        read, width = layer.input_layernorm(states), attention.head_dim

        def turned(heads: Any, at: slice) -> Any:
            half = width // 2
            other = torch.cat([-heads[..., half:], heads[..., :half]], -1)
            return heads * cos[at, None] + other * sin[at, None]

        every, end = slice(None), slice(-1, None)
        queries = turned(attention.q_proj(read[end]).view(1, -1, width), end)[0]
        keys = turned(attention.k_proj(read).view(len(read), -1, width), every)
        values = attention.v_proj(read).view(len(read), -1, width)
        times = len(queries) // keys.shape[1]
        keys, values = (part.repeat_interleave(times, 1) for part in (keys, values))
        weights = torch.einsum("hd,thd->ht", queries, keys) / width**0.5
        mixed = torch.einsum("ht,thd->hd", weights.softmax(1), values)
        state = states[-1] + attention.o_proj(mixed.reshape(-1))
        return state + layer.mlp(layer.post_attention_layernorm(state))
