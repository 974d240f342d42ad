"""`trovato ask`: a question in, an answer with its sources out."""

from __future__ import annotations

import json
from functools import partial
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from trovato.cli.collection.paths import path_lines
from trovato.cli.shared.console import harmless, save_picture
from trovato.core import (
    AgentStep,
    Answer,
    Citation,
    Decoding,
    LanguageModel,
    PageEvidence,
)
from trovato.generate import AGGREGATION_MODES, FILTERS
from trovato.library import (
    ASK_MODES,
    AskMode,
    Library,
    ModelOptions,
    answer_json,
    build_answerer,
    model_options,
    source_agent,
)

_VOTES = 10  # shown; JSON has all of them


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.argument("question")
@model_options
@click.option(
    "--guard",
    default="none",
    show_default=True,
    help=f"Filters ({', '.join(FILTERS)}) and one way of reading ({', '.join(AGGREGATION_MODES)}), "
    "joined by +.",
)
@click.option("-k", default=5, show_default=True, help="Pages to read.")
@click.option(
    "--mode",
    type=click.Choice(ASK_MODES),
    default="hybrid",
    show_default=True,
    help="How pages are found; hops reads what lies on the paths along the links of components.",
)
@click.option("--filter", default="", help="Conditions on attributes, such as 'year>=2020'.")
@click.option("--explain", is_flag=True, help="Show what each page alone would answer.")
@click.option(
    "--sources",
    is_flag=True,
    help="Let the model search the typed sources of COLLECTION as it needs them; needs --llm.",
)
@click.option("--stream", is_flag=True, help="Show words as the language model writes them.")
@click.option("--temperature", default=0.0, show_default=True, help="0 takes the likeliest word.")
@click.option("--seed", default=0, show_default=True, help="Of the draws of words.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer and its sources as JSON.")
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a picture of each cited page, with the cited words marked, into this folder.",
)
def ask(
    collection: Path,
    question: str,
    model: ModelOptions,
    guard: str,
    k: int,
    mode: AskMode,
    filter: str,
    explain: bool,
    sources: bool,
    stream: bool,
    temperature: float,
    seed: int,
    as_json: bool,
    save: Path | None,
) -> None:
    """Answer QUESTION from the pages of COLLECTION, and cite them.

    Without a language model the answer is the sentence that meets the question best. With one it is
    written. A guard keeps poisoned pages from deciding it: sdag lets pages be read apart from each
    other, vote lets each page answer alone, and filters leave out pages that look alike.

    \b
    Examples:
      trovato ask reports.trovato "What did revenue grow by in 2015?"
      trovato ask reports.trovato "Who signed it?" --llm hf:models/llama --guard ragdefender+sdag
      trovato ask reports.trovato "Who signed it?" --guard vote --explain
      trovato ask law.trovato "From what amount on is theft grave?" --sources --llm hf:models/qwen
      trovato ask wiki.trovato "Where was the coach of Lyn in 1911 born?" --mode hops
      trovato ask reports.trovato "Who signed it?" --json | jq -r .text
    """
    decoding = model.decoding(temperature, seed)
    if sources:
        writing = model.open()
        if writing is None:
            raise click.UsageError("--sources needs a language model: name one with --llm")
        with Library.open(collection) as library:
            _from_sources(library, question, writing, decoding, k=k, stream=stream, as_json=as_json)
        return
    console = Console()
    streaming = stream and not as_json
    on_token = (lambda piece: click.echo(harmless(piece), nl=False)) if streaming else None
    with Library.open(collection) as library:
        system = build_answerer(
            library,
            model.open(),
            guard=guard,
            k=k,
            mode=mode,
            decoding=decoding,
            on_token=on_token,
        )
        try:
            answer = system.ask(question, filter=filter, explain=explain)
        finally:
            if streaming:  # an error stands in a line of its own
                click.echo()
        pictures = _save(library, answer, save) if save else []
    if as_json:
        document = {
            "question": question,
            **answer_json(answer),
            "pictures": list(map(str, pictures)),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    _show(console, answer)
    if explain and answer.sources:
        console.print(_explained(answer))
        if answer.votes:
            click.echo("votes: " + "; ".join(_votes(answer)))
        if answer.certified is not None:
            click.echo(f"the vote stands against {answer.certified} poisoned pages")
    for path in pictures:
        click.echo(path)


def _from_sources(
    library: Library,
    question: str,
    model: LanguageModel,
    decoding: Decoding,
    *,
    k: int,
    stream: bool,
    as_json: bool,
) -> None:
    def told(step: AgentStep) -> None:
        if stream and not as_json:
            click.echo(harmless(step.text))

    trace = source_agent(library, model, k=k).run(question, decoding=decoding, on_step=told)
    if as_json:
        click.echo(json.dumps(trace.to_json(), ensure_ascii=False, indent=2))
        return
    click.echo(harmless(trace.answer) or "No answer was found in the sources.")
    for item in dict.fromkeys(hit for step in trace.steps for hit in step.hits):
        click.echo(f"  {item}")


def _show(console: Console, answer: Answer) -> None:
    # Lines are broken between words; whoever reads a pipe gets each as a whole.
    show = partial(console.print, soft_wrap=not console.is_terminal)
    if not answer.sources:
        show(Text("No page was found for this question.", style="bold"))
        return
    show(Text(harmless(answer.text) or _why_not(answer), style="bold"))
    if answer.text and answer.cut:
        show(Text("(cut off here: --max-tokens gives it more room)", style="yellow"))
    how = "best sentence, no language model" if answer.method == "extractive" else answer.method
    guards = "+".join(guard for guard in answer.guards if guard != "none")
    show(Text(f"({how}{', guarded by ' + guards if guards else ''})", style="dim"))
    for number, citation in enumerate(answer.citations, start=1):
        quote = " ".join(citation.quote.split())
        show(Text.assemble(f"[{number}] ", (_place(citation), "cyan"), f"  {quote}"))
    for path in answer.paths[:1]:
        for line in path_lines(path):
            show(Text(f"    {harmless(line)}", style="dim"))
    for sentence in answer.unsupported:
        show(Text(f"no page says this: {harmless(sentence)}", style="yellow"))
    for trim in answer.trimmed:
        show(Text(f"{trim.id} was cut from {trim.tokens} to {trim.kept} tokens", style="yellow"))


def _why_not(answer: Answer) -> str:
    """What stands in the place of an answer."""
    if answer.refused:
        return f"The language model declined to answer: {harmless(answer.refused)}"
    if answer.cut:
        return "The model did not come to its answer: --max-tokens gives it more room."
    if answer.disagreement:
        return f"The pages disagree: {'; '.join(_votes(answer))}."
    return "No answer was found in the pages."


def _place(citation: Citation) -> str:
    place = citation.item.location
    return f"{place.file}, page {place.page}" if place else citation.item.id


def _explained(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    dropped = any(source.dropped_by for source in answer.sources)
    table.add_column("file", overflow="fold")
    table.add_column("page", justify="right", no_wrap=True)
    for column in ("left out by",) * dropped + ("alone it answers",):
        table.add_column(column, overflow="fold")
    for source in answer.sources:
        file, _, page = source.id.rpartition("#")
        alone = Text(harmless(source.alone or "nothing"))
        left_out = [source.dropped_by] * dropped
        table.add_row(Text(file or source.id), page if file else "", *left_out, alone)
    return table


def _votes(answer: Answer) -> list[str]:
    """The first votes, and how many more there are: of single words there may be many."""
    first = [
        f"{count} for {harmless(text)}" for text, count in islice(answer.votes.items(), _VOTES)
    ]
    more = len(answer.votes) - len(first)
    return [*first, f"{more} more"] if more else first


def _save(library: Library, answer: Answer, folder: Path) -> list[Path]:
    """One picture for each cited page, with all that is cited of it."""
    folder.mkdir(parents=True, exist_ok=True)
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.item.id, []).append(citation)
    paths = []
    for number, (page, citations) in enumerate(cited.items(), start=1):
        regions = tuple(region for citation in citations for region in citation.regions)
        paths.append(save_picture(library, folder, number, page, PageEvidence(regions=regions)))
    return [path for path in paths if path]
