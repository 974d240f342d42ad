"""The options that name a language model, the same for every command that asks one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from trovato.core import Decoding, LanguageModel
from trovato.library.language_models import Dtype, open_model

LLM_HELP = (
    "hf:FOLDER, hf:NAME or gguf:FILE for a model in this process, a name that `trovato models "
    "list` shows, or http://… for an OpenAI-compatible server; none: no language model."
)
MODEL_HELP = "Which of the server's models; the first that writes by default."
_OPTIONS = (
    click.option("--llm", default="", help=LLM_HELP),
    click.option("--llm-model", default="", help=MODEL_HELP),
    click.option(
        "--key-variable",
        default="OPENAI_API_KEY",
        show_default=True,
        help="Name of the environment variable that holds the server's key.",
    ),
    click.option(
        "--llm-timeout",
        default=300.0,
        show_default=True,
        type=click.FloatRange(min=0, min_open=True),
        help="Seconds that the server may send nothing, before it counts as gone.",
    ),
    click.option(
        "--llm-start-timeout",
        default=180.0,
        show_default=True,
        type=click.FloatRange(min=0),
        help="Seconds that the server may take to load its model.",
    ),
    click.option(
        "--llm-total",
        default=1800.0,
        show_default=True,
        type=click.FloatRange(min=0, min_open=True),
        help="Seconds after which one answer of the server is given up, however busily it comes.",
    ),
    click.option("--device", help="Where a model in this process runs, such as cpu or cuda."),
    click.option(
        "--dtype",
        type=click.Choice(["float32", "bfloat16", "float16"]),
        help="Type of its numbers; on a CPU float32 by default, else as stored.",
    ),
    click.option(
        "--adapter",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of a LoRA adapter that is merged into a model in this process.",
    ),
    click.option(
        "--max-tokens",
        type=click.IntRange(min=1),
        help="Longest answer of the model; by default what the command needs.",
    ),
    click.option(
        "--stop", multiple=True, help="A text that ends the model's answers. May be repeated."
    ),
)


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options, as they were given."""

    llm: str
    llm_model: str
    key_variable: str
    llm_timeout: float
    llm_start_timeout: float
    llm_total: float
    device: str | None
    dtype: Dtype | None
    adapter: Path | None
    max_tokens: int | None
    stop: tuple[str, ...] = ()

    def open(self) -> LanguageModel | None:
        """The language model, if one is named."""
        return self.open_as(self.llm, self.llm_model, "--llm")

    def open_as(self, llm: str, name: str, option: str) -> LanguageModel | None:
        """Another one, which an option of its own names, under the same settings."""
        return open_model(
            llm,
            name,
            option,
            key_variable=self.key_variable,
            timeout=self.llm_timeout,
            start_timeout=self.llm_start_timeout,
            total=self.llm_total,
            device=self.device,
            dtype=self.dtype,
            adapter=self.adapter,
            notify=lambda said: click.echo(said, err=True),
        )

    def decoding(self, temperature: float = 0.0, seed: int = 0) -> Decoding:
        """How it chooses words, for answers of up to 256 tokens where nothing else was given."""
        return Decoding(self.max_tokens or 256, temperature, seed=seed, stop=self.stop)


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options, and hand the command `model`, a `ModelOptions`."""

    @wraps(command)
    def with_model(**given: Any) -> Any:
        model = ModelOptions(**{name: given.pop(name) for name in ModelOptions.__slots__})
        return command(model=model, **given)

    for option in reversed(_OPTIONS):
        with_model = option(with_model)
    return with_model
