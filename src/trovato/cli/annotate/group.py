"""`trovato annotate`: test collections made by people and models."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand


@click.group()
def annotate() -> None:
    """Make test collections: pool runs, judge documents, mark evidence, write answers.

    \b
    Examples:
      trovato annotate init policy.judged --from beir scifact/
      trovato annotate pool add policy.judged bm25.run --depth 20
      trovato annotate start policy.judged
      trovato annotate metrics policy.judged
      trovato annotate export policy.judged trec judged/
    """


@annotate.group()
def pool() -> None:
    """Documents that are to be judged."""


_CLI = "trovato.cli.annotate"
for _group, _name, _place, _help in (
    (
        annotate,
        "init",
        f"{_CLI}.init:init",
        "Make PROJECT, a file, from a collection or from judgements made elsewhere.",
    ),
    (
        annotate,
        "start",
        "trovato.web.judging.command:start",
        "Judge PROJECT in the browser, on this machine only.",
    ),
    (pool, "add", f"{_CLI}.pool:add", "Pool the best documents of RUN, a TREC file."),
    (
        annotate,
        "queries",
        f"{_CLI}.pool:queries",
        "Add the queries of FILE to PROJECT, or change their texts.",
    ),
    (annotate, "member", f"{_CLI}.pool:member", "Give NAME a role in PROJECT, or another one."),
    (
        annotate,
        "status",
        f"{_CLI}.report:show_status",
        "Say how far PROJECT has come: what is judged, by whom, and what waits.",
    ),
    (
        annotate,
        "agreement",
        f"{_CLI}.report:show_agreement",
        "Say how far those who judged PROJECT agree: Krippendorff's alpha with its interval.",
    ),
    (
        annotate,
        "metrics",
        f"{_CLI}.report:show_metrics",
        "Estimate the pooled runs of PROJECT from the judgements so far, with intervals.",
    ),
    (
        annotate,
        "suggest",
        f"{_CLI}.suggest:suggest",
        "Have a model suggest grades, evidence, queries, answers or hard negatives.",
    ),
    (
        annotate,
        "export",
        f"{_CLI}.export:export_project",
        "Write PROJECT to a new FOLDER, with checksums; nothing is written over.",
    ),
    (
        annotate,
        "verify",
        f"{_CLI}.maintenance:verify",
        "Replay the events of PROJECT and compare; exit status 1 when something is wrong.",
    ),
    (
        annotate,
        "backup",
        f"{_CLI}.maintenance:backup",
        "Write a whole copy of PROJECT to FILE, while others go on judging.",
    ),
    (
        annotate,
        "simulate",
        f"{_CLI}.maintenance:simulate_project",
        "Have scripted annotators judge PROJECT all at once, to try it out.",
    ),
):
    _group.add_command(LazyCommand(_name, _place, _help))
