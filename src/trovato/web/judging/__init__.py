"""The page on which people judge."""

from trovato.web.judging.app import build_judging_app

__all__ = ["build_judging_app"]
