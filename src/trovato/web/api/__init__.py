"""The same as JSON, for programs."""

from trovato.web.api.openapi import openapi_routes
from trovato.web.api.routes import api_routes

__all__ = ["api_routes", "openapi_routes"]
