"""What the paper claims, and where a measurement of ours stands beside it.

Source: Zhang, Chen, Jing and Shen 2026 (arXiv 2602.04225v1). Its abstract and opening could be
read; its method, experiments and appendix could not, so no figure of it is here.
"""

from __future__ import annotations

from dataclasses import dataclass

from trovato.recommend.forecasts import BacktestReport

# In our words. What it is better than, and by how much, could not be read.
PUBLISHED: dict[str, str] = {
    "popularity prediction": "better than strong baselines on three real datasets",
    "top-N ranking": "better than strong baselines on three real datasets",
    "explanations": "judged coherent and grounded by people and by language models",
}

UNREAD = (
    "The names and sizes of the three datasets, the baselines, the measures and all figures.",
    "The language model, its prompt, the settings of its fine-tuning, the weights of the losses.",
    "How positive and negative pairs are made, and what is contrasted with what.",
    "How people and language models judged the explanations.",
)

DIFFERENCES = (
    "Scores come from boosted trees on the signals, or from a simple line, whichever ranked best "
    "on late moments; not from a fine-tuned language model.",
    "Explanations are filled in from the signals and checked claim by claim; nobody judged them.",
    "Signals, their windows and the borders of their words are ours.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The paper's claims beside what a run of ours measured.

    Parameters
    ----------
    lines
        For each claim: what it is about, what the paper says, what we measured.
    unread
        What of the paper could not be read.
    differences
        Why they cannot be compared number by number.
    """

    lines: tuple[tuple[str, str, str], ...]
    unread: tuple[str, ...] = UNREAD
    differences: tuple[str, ...] = DIFFERENCES


def reproduce(report: BacktestReport | None = None) -> Reproduction:
    """The claims of the paper, beside a run of `backtest` where one is given.

    Parameters
    ----------
    report
        Of any log; None for the claims alone.
    """
    ours = dict.fromkeys(PUBLISHED, "not measured")
    if report is not None:
        found = report.metrics["default"]
        ours["popularity prediction"] = f"mean absolute error {found.mae}"
        ours["top-N ranking"] = f"NDCG@50 {found.ndcg_50}. {report.verdict}"
    return Reproduction(tuple((what, said, ours[what]) for what, said in PUBLISHED.items()))
