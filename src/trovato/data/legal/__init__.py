"""Statutes by article and version, judicial interpretations, and judged cases."""

from trovato.data.legal.amendments import ArticleVersion, Change, article_versions, read_changes
from trovato.data.legal.articles import Article, article_number, dates_of, split_articles
from trovato.data.legal.cases import JudgedCase, read_judge_cases, read_lawbench_terms
from trovato.data.legal.sources import (
    SOURCE_TYPES,
    SourceArticle,
    SourceType,
    read_source,
)

__all__ = [
    "SOURCE_TYPES",
    "Article",
    "ArticleVersion",
    "Change",
    "JudgedCase",
    "SourceArticle",
    "SourceType",
    "article_number",
    "article_versions",
    "dates_of",
    "read_changes",
    "read_judge_cases",
    "read_lawbench_terms",
    "read_source",
    "split_articles",
]
