"""The group of commands, and how errors reach the reader."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

from trovato.cli.lazy import LazyCommand


class _Commands(click.Group):
    """Turns deliberate errors and the system's into one line on standard error, exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        from trovato.core import TrovatoError  # here, so that help comes without NumPy

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


for _name, _place, _help in (
    (
        "index",
        "collection.index:index",
        "Make files and folders searchable: PDF, pictures, text, office files, mail, BEIR corpora.",
    ),
    ("search", "collection.search:search", "Find the pages of COLLECTION that answer QUESTION."),
    ("graph", "collection.graph:graph", "Show the links of COLLECTION, or what ITEM is linked to."),
    (
        "models",
        "models.group:models",
        "Language models on this machine: list, get and check them.",
    ),
    ("ask", "collection.ask:ask", "Answer QUESTION from the pages of COLLECTION, and cite them."),
    (
        "info",
        "collection.info_remove:info",
        "Show what COLLECTION holds, and which files could not be read.",
    ),
    ("rm", "collection.info_remove:remove", "Take files out of COLLECTION."),
    (
        "verify",
        "collection.maintenance:verify",
        "Check every byte of COLLECTION; exit status 1 when something is wrong.",
    ),
    (
        "repair",
        "collection.maintenance:repair",
        "Put right what `trovato verify` finds in COLLECTION.",
    ),
    (
        "compact",
        "collection.maintenance:compact",
        "Merge small vector files of COLLECTION and drop the vectors of deleted pages.",
    ),
    (
        "tune",
        "collection.tune:tune",
        "Measure ways to store and search COLLECTION, and take one that is good enough.",
    ),
    (
        "plan",
        "collection.plan:plan",
        "Predict bytes, hours of encoding and waiting for a number of pages and a model.",
    ),
    (
        "evaluate",
        "collection.evaluate:evaluate",
        "Measure how well COLLECTION answers QUESTIONS, with 95 % bootstrap intervals.",
    ),
    (
        "annotate",
        "annotate.group:annotate",
        "Make test collections: pool runs, judge documents, mark evidence, write answers.",
    ),
    (
        "redteam",
        "redteam.run:redteam",
        "Attack the answers that COLLECTION gives to QUESTIONS, and count whose answer comes out.",
    ),
    (
        "compose",
        "pictures.compose:compose",
        "Find pictures of COLLECTION that look like one picture but for a change.",
    ),
    (
        "sources",
        "cases.sources:sources",
        "Typed, dated sources in a collection: statutes, interpretations, guidelines, precedents.",
    ),
    (
        "case",
        "cases.case:case",
        "Show what the sources of COLLECTION say of the case whose facts stand in the file FACTS.",
    ),
    (
        "export",
        "collection.export:export",
        "Write the pages of COLLECTION and their vectors to LanceDB or Qdrant.",
    ),
    (
        "logs",
        "logs.group:logs",
        "Logs of behaviour: who saw what, in which order, and what they did.",
    ),
    (
        "recommend",
        "recommend.group:recommend",
        "Recommenders on logs of behaviour: train them, and measure them under named protocols.",
    ),
    ("ids", "ids.group:ids", "Semantic ids: items as short sequences of codes."),
    (
        "forecast",
        "forecast.group:forecast",
        "Rank what will be wanted next, with intervals, and with reasons that were checked.",
    ),
    (
        "train",
        "train.group:train",
        "Training of language models by the rewards of their answers, and of encoders on pairs.",
    ),
    (
        "encoder",
        "encoder.group:encoder",
        "Late-interaction models of your own: export them, merge them.",
    ),
    (
        "select",
        "train.select:select",
        "Choose the examples of REWARDS that are worth learning from, and put them in order.",
    ),
):
    main.add_command(LazyCommand(_name, f"trovato.cli.{_place}", _help))
