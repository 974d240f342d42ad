"""Links that are found in the words: titles that are named, and names that are shared."""

from __future__ import annotations

from trovato.core import Item, Link
from trovato.data.components import link_shared_names, link_titles

TITLES = {"New York": "state", "New York City": "city", "it": "pronoun", "...": "dots"}


def test_the_longest_title_is_linked_once() -> None:
    item = Item("a", "note", "In New York City it rains, New York City says. New York too.")
    [linked] = link_titles([item], TITLES)
    assert [(link.target, link.text) for link in linked.links] == [
        ("city", "New York City"),
        ("state", "New York"),
    ]
    assert all(item.text[slice(*link.span)] == link.text for link in linked.links if link.span)


def test_links_that_were_there_stay_and_are_not_doubled() -> None:
    item = Item("state", "note", "New York City in New York", links=(Link("city"),))
    assert list(link_titles([item], TITLES)) == [item]


def test_texts_that_share_a_rare_name_are_linked() -> None:
    texts = {
        "a": "He founded the American Society of Moths. The end.",
        "b": "The end came. Its head at the American Society of Moths was Ann.",
        "c": "The end, says nobody.",
    }
    items = [Item(name, "note", text) for name, text in texts.items()]
    found = {item.id: [link.target for link in item.links] for item in link_shared_names(items)}
    assert found == {"a": ["b"], "b": ["a"], "c": []}


def test_a_name_that_many_share_leads_nowhere() -> None:
    items = [Item(str(n), "note", "They came to Rome.") for n in range(4)]
    assert not any(item.links for item in link_shared_names(items, 3))
    assert all(len(item.links) == 3 for item in link_shared_names(items, 4))
