"""A small legal world whose truth is known, for agents that learn to search, list and decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import Item, generator
from trovato.generate.agent import SearchTool
from trovato.retrieve import MultiSourceRetriever
from trovato.train.rl import Example

TERMS = (6, 9, 12, 24, 36, 60, 84, 120)  # months, one for each bin
OFFENCES = [
    "theft",
    "fraud",
    "bribery",
    "smuggling",
    "forgery",
    "arson",
    "robbery",
    "perjury",
    "libel",
    "poaching",
    "piracy",
    "usury",
    "sabotage",
    "stalking",
    "trespass",
    "vandalism",
    "kidnapping",
    "mutiny",
    "treason",
    "burglary",
    "counterfeiting",
    "hoarding",
    "assault",
    "blackmail",
]
PROVINCES = ["hunan", "gansu", "yunnan", "jilin", "shanxi", "fujian", "hebei", "qinghai"]
AMOUNTS = 8
# What the facts say, what it is called, and by how many terms it moves the outcome.
FACTORS = (
    ("surrendered", "surrender", -1),
    ("compensated", "repayment", -1),
    ("again", "relapse", 1),
)
_TAGS = ("search", "statute", "guideline", "factors", "answer", "information")


@dataclass(frozen=True, slots=True)
class Case:
    """What happened; its parts are places in the lists above."""

    offence: int
    amount: int
    province: int
    factors: tuple[int, ...]


class StatuteWorld:
    """Articles with two ranges each, and limits that some of them leave to the provinces.

    The article says the lower and the higher term of its offence, and the amount from which the
    higher one holds, or that the provinces say so: then it stands in a guideline. Each factor in
    the facts moves the term by one. A case is decided by reading the facts, the article, and the
    guideline where the article sends there.

    Parameters
    ----------
    seed
        Of the world: which terms and limits there are.
    """

    def __init__(self, seed: int = 0) -> None:
        random = generator(seed, "statute world")
        self._low = random.integers(1, 4, len(OFFENCES))
        # Low or high, and amounts between: who does not read the limit is right in .55 at best.
        limits = np.array([1, 2, AMOUNTS - 2, AMOUNTS - 1])
        self._limits = random.choice(limits, (len(OFFENCES), len(PROVINCES)))
        self._provincial = np.arange(len(OFFENCES)) % 2 == 1
        self._limits[~self._provincial] = self._limits[~self._provincial][:, :1]

    def provincial(self, case: Case) -> bool:
        """Whether the limit stands in a guideline alone."""
        return bool(self._provincial[case.offence])

    def months(self, case: Case) -> int:
        """The term."""
        higher = case.amount >= self._limits[case.offence, case.province]
        moved = sum(FACTORS[one][2] for one in case.factors)
        place = int(self._low[case.offence]) + 3 * int(higher) + moved
        return TERMS[min(max(place, 0), len(TERMS) - 1)]

    def draw(self, count: int, seed: int, purpose: str) -> list[Case]:
        """Cases, each part by an even chance; factors by a third."""
        random = generator(seed, purpose)
        return [
            Case(
                int(random.integers(len(OFFENCES))),
                int(random.integers(2, AMOUNTS - 1)),
                int(random.integers(len(PROVINCES))),
                tuple(np.flatnonzero(random.random(len(FACTORS)) < 1 / 3).tolist()),
            )
            for _ in range(count)
        ]

    def example(self, case: Case, name: str) -> Example:
        """The facts as a prompt, and the truth as fields."""
        said = [FACTORS[one][0] for one in case.factors]
        facts = ["case", OFFENCES[case.offence], f"amount{case.amount}", "in"]
        facts += [PROVINCES[case.province], *said, "."]
        names = [FACTORS[one][1] for one in case.factors]
        return Example(
            name, " ".join(facts), {"months": self.months(case), "factors": names, "case": case}
        )

    @property
    def sources(self) -> list[Item]:
        """Articles and guidelines."""
        found = []
        for at, offence in enumerate(OFFENCES):
            low = int(self._low[at])
            limit = "province" if self._provincial[at] else f"amount{self._limits[at, 0]}"
            text = f"{offence} term{TERMS[low]} or term{TERMS[low + 3]} from {limit}"
            found.append(_source(f"article {offence}", "statute", text))
            for place, province in enumerate(PROVINCES):
                if self._provincial[at]:
                    text = f"{offence} {province} from amount{self._limits[at, place]}"
                    found.append(_source(f"rule {offence} {province}", "guideline", text))
        return found

    def search(self, types: Sequence[str] = ("statute", "guideline")) -> SearchTool:
        """The best hit of one kind of source."""
        items = [one for one in self.sources if one.attributes["source_type"] in types]
        return SearchTool(MultiSourceRetriever(items), tuple(types), k=1)

    def demonstration(self, case: Case) -> tuple[str, ...]:
        """The turns of a run that decides a case as it should be."""
        names = " , ".join(FACTORS[one][1] for one in case.factors)
        offence, province = OFFENCES[case.offence], PROVINCES[case.province]
        turns = [f"<factors> {names} </factors> <search> <statute> {offence} </statute> </search>"]
        if self.provincial(case):
            turns.append(f"<search> <guideline> {offence} {province} </guideline> </search>")
        return (*turns, f"<answer> {self.months(case)} </answer>")

    @property
    def words(self) -> list[str]:
        """Every word that facts, sources and runs are made of."""
        tags = [f"<{slash}{tag}>" for tag in _TAGS for slash in ("", "/")]
        names = [one for facts, name, _ in FACTORS for one in (facts, name)]
        terms = [one for term in TERMS for one in (str(term), f"term{term}")]
        amounts = [f"amount{one}" for one in range(AMOUNTS)]
        plain = ["case", "in", ".", ",", "or", "from", "province", "article", "rule"]
        return [*tags, *plain, *OFFENCES, *PROVINCES, *names, *terms, *amounts]


def word_tokenizer(words: Sequence[str]) -> Any:
    """A tokenizer that knows these words and calls all others by one name."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    special = {"pad_token": "<pad>", "eos_token": "<end>", "unk_token": "<unknown>"}
    known = [*special.values(), *dict.fromkeys(words)]
    vocabulary = {word: number for number, word in enumerate(known)}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token=special["unk_token"]))
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(r"</?\w+>|[\[\]]"), "isolated"),
        ]
    )
    return PreTrainedTokenizerFast(tokenizer_object=inner, **special)


def _source(name: str, kind: str, text: str) -> Item:
    return Item(name, kind, text, attributes={"source_type": kind, "title": ""})
