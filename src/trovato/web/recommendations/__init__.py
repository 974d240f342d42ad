"""What a recommender says, in the browser and as JSON."""

from trovato.web.recommendations.pages import recommendation_routes

__all__ = ["recommendation_routes"]
