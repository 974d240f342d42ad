"""The pages on which people judge."""

from trovato.web.judging.access import MemberAccess
from trovato.web.judging.api import judging_api_routes
from trovato.web.judging.drafts import draft_routes
from trovato.web.judging.pages import judging_routes
from trovato.web.judging.writing import writing_routes

__all__ = ["MemberAccess", "draft_routes", "judging_api_routes", "judging_routes", "writing_routes"]
