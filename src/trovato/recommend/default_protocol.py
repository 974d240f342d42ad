"""Protocols for logs of any length and origin, and the one that suits a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from trovato.core import InvalidInputError
from trovato.interactions.relevance import rules_met
from trovato.interactions.splits.split import TRAIN, VALIDATION, LeaveLastOut, TemporalSplit
from trovato.interactions.storage.layout import WEEKS
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend.protocol import PROTOCOLS, Protocol, weeks_in_words


def _last_weeks(log: InteractionLog, test_weeks: int) -> Protocol:
    weeks = log.numbers
    if not 1 <= test_weeks < len(weeks):
        raise InvalidInputError(
            f"to test on {test_weeks} of its last weeks, a log needs weeks before them to learn "
            f"from; this one has {weeks_in_words(log)}: take fewer, or the protocol last"
        )
    test = weeks[-test_weeks]
    return Protocol(
        f"last weeks, version 1: {weeks[0]} to {test - 1}, then {test} to {weeks[-1]}",
        TemporalSplit(test, test),
    )


def _weeks_before(log: InteractionLog, test_weeks: int) -> Protocol:
    weeks = log.numbers
    if test_weeks < 1 or 2 * test_weeks >= len(weeks):
        raise InvalidInputError(
            f"to validate on the {test_weeks} before its last {test_weeks} weeks, a log needs more "
            f"than {2 * test_weeks}; this one has {weeks_in_words(log)}: take fewer, or the "
            "protocol last-validation"
        )
    first, after = weeks[-2 * test_weeks], weeks[-test_weeks]
    return Protocol(
        f"last weeks, validation, version 1: {weeks[0]} to {first - 1}, then {first} to "
        f"{after - 1}",
        TemporalSplit(first, after),
        tests=VALIDATION,
    )


def _last_row(log: InteractionLog, test_weeks: int) -> Protocol:  # noqa: ARG001
    return Protocol("leave last out, version 1", LeaveLastOut(), learns=(TRAIN, VALIDATION))


def _row_before(log: InteractionLog, test_weeks: int) -> Protocol:  # noqa: ARG001
    return Protocol("leave last out, validation, version 1", LeaveLastOut(), tests=VALIDATION)


# For any log; which weeks are meant depends on it.
GENERAL: dict[str, Callable[[InteractionLog, int], Protocol]] = {
    "weeks": _last_weeks,
    "weeks-validation": _weeks_before,
    "last": _last_row,
    "last-validation": _row_before,
}


# Those that take a number of weeks to test on.
COUNTING = ("weeks", "weeks-validation")


def default_protocol(log: InteractionLog, test_weeks: int | None = None) -> str:
    """The name of the protocol that suits a log.

    `temporal` for the 27 weeks of the published log, `weeks` for any others or where it is said how
    many weeks to test on, and `last` for a log that has one week only.
    """
    if test_weeks is not None:
        return "weeks"
    if log.numbers == range(WEEKS):
        return "temporal"
    return "weeks" if len(log.numbers) > 1 else "last"


def find_protocol(
    log: InteractionLog,
    name: str | None = None,
    *,
    positive: str | None = None,
    test_weeks: int | None = None,
) -> Protocol:
    """The protocol of that name, for a log.

    Parameters
    ----------
    log
        To be parted.
    name
        Of `PROTOCOLS` or `GENERAL`; None for what `default_protocol` says.
    positive
        What counts as caring; None for the first of `POSITIVES` that any row of the log meets.
    test_weeks
        `weeks` and `weeks-validation`: how many weeks to test on; None for one.

    Raises
    ------
    InvalidInputError
        If there is no such protocol, it takes no number of weeks, the log has too few weeks for it,
        or says of no row that anybody cared.
    UnreadableFileError
        If a file is damaged.
    """
    name = default_protocol(log, test_weeks) if name is None else name
    if name not in PROTOCOLS and name not in GENERAL:
        raise InvalidInputError(
            f"no protocol is called {name!r}; use one of {', '.join((*PROTOCOLS, *GENERAL))}"
        )
    if test_weeks is not None and name not in COUNTING:
        raise InvalidInputError(
            f"the protocol {name} says itself what to test on; a number of weeks is for "
            f"{' and '.join(COUNTING)}"
        )
    many = 1 if test_weeks is None else test_weeks
    found = PROTOCOLS[name] if name in PROTOCOLS else GENERAL[name](log, many)
    positive = next(rules_met(found.within(log)), None) if positive is None else positive
    if positive is None:
        raise InvalidInputError(
            "no row of this log says that anybody cared: none was watched for over 10 seconds, "
            "and none has a signal"
        )
    return replace(found, positive=positive)
