"""Test collections that others made: corpora, questions, judgements, attack targets."""

__all__: tuple[str, ...] = ()
