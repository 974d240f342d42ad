"""Which language model a command asks, and how: `--llm` and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

import click

from trovato.core import LanguageModel
from trovato.library import LLM_HELP, MODEL_HELP, open_model

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
    click.option("--device", help="Where a model in this process runs, such as cpu or cuda."),
    click.option(
        "--dtype",
        type=click.Choice(["float32", "bfloat16", "float16"]),
        help="Type of its numbers; on a CPU float32 by default, else as stored.",
    ),
)


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options, as they were given."""

    llm: str
    llm_model: str
    key_variable: str
    llm_timeout: float
    device: str | None
    dtype: Literal["float32", "bfloat16", "float16"] | None

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
            device=self.device,
            dtype=self.dtype,
            notify=lambda said: click.echo(said, err=True),
        )


def llm_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options, and hand the command `model`, a `ModelOptions`."""

    @wraps(command)
    def with_model(**given: Any) -> Any:
        model = ModelOptions(**{name: given.pop(name) for name in ModelOptions.__slots__})
        return command(model=model, **given)

    for option in reversed(_OPTIONS):
        with_model = option(with_model)
    return with_model
