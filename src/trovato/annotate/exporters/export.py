"""Write a project into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from trovato.annotate.exporters.folder import new_folder, write_manifest
from trovato.annotate.exporters.qrels import Qrels, write_beir, write_trec
from trovato.annotate.exporters.records import write_jsonl, write_parquet
from trovato.annotate.metrics import model_grades
from trovato.annotate.project import Project
from trovato.core import InvalidInputError, PathLike

ExportForm = Literal["beir", "trec", "jsonl", "parquet"]
FORMS: tuple[ExportForm, ...] = get_args(ExportForm)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written.

    Parameters
    ----------
    folder
        Where.
    labels
        Grades in the qrels that people gave.
    undecided, unsure
        Documents without a label, which the qrels leave out.
    model_labels
        Grades of a model among them or beside them.
    """

    folder: str
    form: ExportForm
    labels: int
    undecided: int
    unsure: int
    model_labels: int = 0


def export(
    project: Project,
    folder: PathLike,
    form: ExportForm,
    *,
    model: str = "",
    mix_model_grades: bool = False,
    names: bool = False,
) -> ExportReport:
    """Write a project into a new folder, with a manifest of checksums.

    Parameters
    ----------
    folder
        Must not be there.
    form
        "beir" and "trec" have the grades that count; "jsonl" and "parquet" have everything.
    model
        Fingerprint of a model whose grades go into qrels of their own ("model" beside "test").
    mix_model_grades
        Put them into the same qrels instead, where no person has judged.
    names
        Write people's names; else they are `judge1`, `judge2` …

    Raises
    ------
    InvalidInputError
        If the folder is there, an id cannot stand in the form, or grades are to be mixed and no
        model is named.
    MissingExtraError
        If Parquet is wanted and pyarrow absent.
    """
    if form not in FORMS:
        raise InvalidInputError(f"a form is one of {', '.join(FORMS)}, got {form!r}")
    if mix_model_grades and not model:
        raise InvalidInputError("to mix grades in, say those of which model")
    found = project.labels()
    qrels: dict[str, Qrels] = {"test": found.qrels}
    machine: dict[str, dict[str, int]] = {}
    for (query, document), said in model_grades(project, model).items():
        machine.setdefault(query, {})[document] = int(said.output["grade"])
    if mix_model_grades:
        both = {
            query: {**machine.get(query, {}), **found.qrels.get(query, {})}
            for query in sorted(machine.keys() | found.qrels.keys())
        }
        qrels = {"test": both}
    elif model:
        qrels["model"] = machine
    judges = sorted(project.members())
    shown = {name: name if names else f"judge{place}" for place, name in enumerate(judges, 1)}
    with new_folder(folder) as part:
        if form == "beir":
            write_beir(project, part, qrels)
        elif form == "trec":
            write_trec(project, part, qrels)
        elif form == "jsonl":
            write_jsonl(project, part, shown)
        else:
            write_parquet(project, part, shown)
        report = ExportReport(
            str(Path(folder)),
            form,
            len(found.rules),
            len(found.undecided),
            len(found.unsure),
            sum(map(len, machine.values())),
        )
        write_manifest(
            part,
            {
                "form": form,
                "label_rule": "adjudicated, else majority, else single",
                "unjudged": "absent from qrels; -1 in judgements means not sure",
                "labels": report.labels,
                "undecided": sorted(found.undecided),
                "unsure": list(found.unsure),
                "model": model,
                "model_grades_mixed_in": mix_model_grades,
                "grade_labels": list(project.settings().grade_labels),
                "blind": project.settings().blind,
            },
        )
    return report
