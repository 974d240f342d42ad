"""Commands on one collection: index, search, ask, evaluate, maintain."""
