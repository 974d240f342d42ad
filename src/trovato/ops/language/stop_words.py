"""Words that say little about what a question is after."""

from __future__ import annotations

# Words that carry the form of a question, not its content.
QUERY_STOP_WORDS = frozenset(
    """
    a about above according after all also am an and any are as at be because been before being
    between both but by can could did do does doing during each either for from further had has have
    having he her here hers him his how i if in into is it its itself just me might more most must
    my no nor not of off on once only or other our ours out over own s same shall she should so some
    such t than that the their theirs them then there these they this those through to too under
    until up upon us very was we were what when where whether which while who whom whose why will
    with would you your yours
    """.split()  # noqa: SIM905
)
