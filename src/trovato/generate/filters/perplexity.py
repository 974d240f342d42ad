"""Leave out documents that no one would write like this."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from trovato.core import InvalidInputError, Item, check_many

# Mean natural logarithm of a token's probability given those before it, for each text.
LogLikelihood = Callable[[Sequence[str]], Sequence[float]]


class PerplexityFilter:
    """Drops documents whose perplexity under a language model is above a bound.

    Finds token soup such as HotFlip's, not poison that reads well.

    Source: Jain et al. 2023 (arXiv 2309.00614), section 3.1.

    Parameters
    ----------
    log_likelihood
        Of a language model: the mean logarithm per token of each text.
    most
        The largest perplexity that is kept; `calibrated` finds one.

    Raises
    ------
    InvalidInputError
        If the bound is below 1, which nothing reaches.
    """

    def __init__(self, log_likelihood: LogLikelihood, most: float) -> None:
        if not most >= 1:
            raise InvalidInputError(f"a perplexity is at least 1, got a bound of {most}")
        self._log_likelihood = log_likelihood
        self.most = most

    @staticmethod
    def calibrated(
        log_likelihood: LogLikelihood, clean: Sequence[str], share: float = 1.0
    ) -> PerplexityFilter:
        """A filter that just keeps this share of some texts.

        Parameters
        ----------
        log_likelihood
            As above.
        clean
            Texts without poison, or nearly so.
        share
            Above 0, at most 1.

        Raises
        ------
        InvalidInputError
            If there are no texts, or the share is none.
        """
        check_many("clean", clean)
        if not clean or not 0 < share <= 1:
            raise InvalidInputError(
                "a bound on perplexity is found on clean texts, of which a share in (0, 1] is "
                f"kept; got {len(clean)} texts and {share}"
            )
        found = sorted(math.exp(-value) for value in log_likelihood(clean))
        return PerplexityFilter(log_likelihood, found[math.ceil(share * len(found)) - 1])

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return "perplexity"

    def keep(self, question: str, documents: Sequence[Item]) -> list[int]:  # noqa: ARG002
        """Places of the documents to keep, rising; blank ones are kept."""
        said = [place for place, document in enumerate(documents) if document.text.strip()]
        values = self._log_likelihood([documents[place].text for place in said])
        strange = {
            place
            for place, value in zip(said, values, strict=True)
            if math.exp(-value) > self.most * (1 + 1e-9)
        }
        return [place for place in range(len(documents)) if place not in strange]
