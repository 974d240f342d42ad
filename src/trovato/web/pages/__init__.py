"""The pages of the application: one module for each kind."""

from trovato.web.pages.answers import answer_routes
from trovato.web.pages.events import event_routes
from trovato.web.pages.files import file_routes
from trovato.web.pages.home import home_routes
from trovato.web.pages.items import item_routes
from trovato.web.pages.login import login_routes
from trovato.web.pages.reports import report_routes
from trovato.web.pages.search import search_routes

__all__ = [
    "answer_routes",
    "event_routes",
    "file_routes",
    "home_routes",
    "item_routes",
    "login_routes",
    "report_routes",
    "search_routes",
]
