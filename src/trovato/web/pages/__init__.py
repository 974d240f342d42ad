"""The pages of the application: one module for each kind."""

from trovato.web.pages.answers import AnswerPages
from trovato.web.pages.home import HomePage
from trovato.web.pages.items import ItemPages
from trovato.web.pages.login import LoginPage
from trovato.web.pages.search import SearchPage

__all__ = ["AnswerPages", "HomePage", "ItemPages", "LoginPage", "SearchPage"]
