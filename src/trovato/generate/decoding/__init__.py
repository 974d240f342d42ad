"""Ids written code by code under a prefix tree, and the items behind them."""

from trovato.generate.decoding.beam_recommender import BeamRecommender
from trovato.generate.decoding.beam_search import Decoded, beam_search
from trovato.generate.decoding.search_loss import SearchLoss, search_loss

__all__ = ["BeamRecommender", "Decoded", "SearchLoss", "beam_search", "search_loss"]
