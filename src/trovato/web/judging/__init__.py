"""The pages on which people judge."""

from trovato.web.judging.access import MemberAccess
from trovato.web.judging.api import judging_api_routes
from trovato.web.judging.pages import judging_routes

__all__ = ["MemberAccess", "judging_api_routes", "judging_routes"]
