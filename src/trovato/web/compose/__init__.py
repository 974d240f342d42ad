"""The page for a picture and a change."""

from trovato.web.compose.routes import compose_routes

__all__ = ["compose_routes"]
