"""A fitted language model: scores for the list, texts for the few that are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import PathLike, Signal, UnreadableFileError, atomic_path
from trovato.core.shapes import Float64
from trovato.generate.explanations import Wording, fill
from trovato.retrieve.forecasts import Origin, SimpleForecast, signal_records
from trovato.train.forecast_lm.network import build_network
from trovato.train.forecast_lm.text import END, PAD, joined, prompt, tokenizer, vocabulary

_TOGETHER = 512
_LONGEST = 90


class ForecastLanguageModel:
    """Forecasts by its score head, and writes explanations; see `fit_language_model`.

    Parameters
    ----------
    network
        Of `build_network`.
    base
        The simple forecast that scores are added to, as logarithms.
    """

    def __init__(self, network: Any, base: str) -> None:
        self.network, self.base = network, base
        self._tokenizer = tokenizer()

    def predict(self, origin: Origin) -> Float64[np.ndarray, " items"]:
        """The expected count of each item: one forward pass, nothing is generated."""
        import torch

        base = np.log1p(SimpleForecast(self.base).predict(origin))
        scores = np.empty(len(base))
        with torch.inference_mode():
            for first in range(0, len(base), _TOGETHER):
                some = range(first, min(first + _TOGETHER, len(base)))
                prompts = [
                    prompt(origin.counts[at], signal_records(origin, at, 0.0, (0.0, 0.0)))
                    for at in some
                ]
                ids, mask = encode(self._tokenizer, prompts)
                at_score = torch.tensor([len(tokens) - 1 for tokens in prompts])
                states = self.network.states(ids, mask)[torch.arange(len(prompts)), at_score]
                scores[some] = self.network.residual(states).numpy()
        expected: Float64[np.ndarray, " items"] = np.maximum(np.expm1(base + scores), 0.0)
        return expected

    def write(
        self,
        counts: Float64[np.ndarray, " bins"],
        signals: Sequence[Signal],
        wording: Wording = Wording(),
    ) -> str:
        """The model's own explanation, word by word without chance; not verified.

        Parameters
        ----------
        counts
            Of the item, oldest bin first.
        signals
            The record; numbers are put in from it. A slot of a signal that it lacks stays, and so
            the text does not verify.
        wording
            What is counted.
        """
        import torch

        words = vocabulary()
        tokens = prompt(counts, signals)
        written: list[str] = []
        with torch.inference_mode():
            for _ in range(_LONGEST):
                ids, mask = encode(self._tokenizer, [tokens + written])
                logits = self.network.backbone.lm_head(self.network.states(ids, mask)[:, -1])
                word = words[int(logits[0].argmax())]
                if word == END:
                    break
                written.append(word)
        try:
            return fill(joined(written), {one.name: one for one in signals}, wording)
        except (KeyError, AttributeError):
            return joined(written)

    def save(self, path: PathLike) -> None:
        """Write everything, heads included, to one file of safetensors.

        Raises
        ------
        StorageError
            If the system refuses to write.
        """
        from safetensors.torch import save_file

        about = {"about": json.dumps({"base": self.base, "words": len(vocabulary())})}
        weights = {
            name: value.contiguous()
            for name, value in self.network.state_dict().items()
            if name != "backbone.lm_head.weight"  # tied to the embeddings
        }
        with atomic_path(path) as part:
            save_file(weights, part, metadata=about)

    @staticmethod
    def load(path: PathLike) -> ForecastLanguageModel:
        """What `save` wrote.

        Raises
        ------
        UnreadableFileError
            If there is no such file, it is of another vocabulary, or a head is missing.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(Path(path), framework="pt") as file:
                about = json.loads(file.metadata()["about"])
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            network = build_network(about["words"])
            weights["backbone.lm_head.weight"] = weights["backbone.model.embed_tokens.weight"]
            network.load_state_dict(weights)
        except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise UnreadableFileError(
                f"cannot read a forecasting language model from {path}: {error}"
            ) from error
        if about["words"] != len(vocabulary()):
            raise UnreadableFileError(
                f"{path} was made with {about['words']} words, this version has {len(vocabulary())}"
            )
        return ForecastLanguageModel(network.eval(), about["base"])


def encode(made: Any, texts: Sequence[Sequence[str]]) -> tuple[Any, Any]:
    """Ids and mask of texts that are padded on the right, (texts, longest)."""
    import torch

    found = [made.encode(" ".join(tokens)).ids for tokens in texts]
    longest = max(map(len, found))
    pad = made.token_to_id(PAD)
    ids = torch.tensor([one + [pad] * (longest - len(one)) for one in found])
    mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in found])
    return ids, mask
