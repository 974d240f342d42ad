"""The group of commands, and how errors reach the reader."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

from trovato.cli.ask import ask
from trovato.cli.care import compact, repair, verify
from trovato.cli.evaluate import evaluate
from trovato.cli.export import export
from trovato.cli.index import index
from trovato.cli.logs import logs
from trovato.cli.manage import info, remove
from trovato.cli.recommend import recommend
from trovato.cli.redteam import redteam
from trovato.cli.search import search
from trovato.cli.tune import tune
from trovato.core import TrovatoError


class _Commands(click.Group):
    """Turns deliberate errors and the system's into one line on standard error, exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrovatoError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            # What is left in the buffer goes nowhere: closing it must not fail, and say so.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(141)
        except OSError as error:
            place = f" {error.filename}" if error.filename else ""
            raise click.ClickException(
                f"cannot read or write{place} ({error.strerror or error}): check that its folder "
                "is there, who may write to it, and that the disk has room"
            ) from error
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            raise click.exceptions.Exit(130) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="trovato", prog_name="trovato")
def main() -> None:
    """Find the page that answers, and see where on the page.

    \b
    Examples:
      trovato index reports/ --to reports.trovato
      trovato search reports.trovato "What did revenue grow by?"
      trovato ask reports.trovato "What did revenue grow by?"
      trovato serve reports.trovato
    """
    # Names of files may hold what is no character, and documents what the terminal cannot show.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


for command in (
    index,
    search,
    ask,
    info,
    remove,
    verify,
    repair,
    compact,
    tune,
    evaluate,
    redteam,
    export,
    logs,
    recommend,
):
    main.add_command(command)
