"""The entries of a ledger, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django_schemaguard.reporters import words
from django_schemaguard.reporters.as_json import entry
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.core.ledger import Entry
    from django_schemaguard.reporters.look import Look


def as_text(entries: Sequence[Entry], look: Look) -> str:
    """Return two lines for each statement, the objects it touched in the first."""
    page = Page(look)
    if not entries:
        page.line("The ledger has no such entry.")
    for change, objects in _by_statement(entries):
        page.line(
            f"{words.moment(change.at)} ",
            (change.command, "bold"),
            f" {words.several(objects)} by {words.actor(change)}"
            if objects
            else f" by {words.actor(change)}",
            hang=2,
        )
        page.line(words.shortened(change.statement), indent=2, hang=2)
    return page.render()


def as_json(alias: str, entries: Sequence[Entry]) -> str:
    """Return a document; ASCII only."""
    document = {
        "format": 1,
        "database": alias,
        "entries": [entry(change) for change in entries],
    }
    return json.dumps(document, indent=2) + "\n"


def _by_statement(
    entries: Sequence[Entry],
) -> list[tuple[Entry, tuple[str, ...]]]:
    """Join what one statement did, for it may touch many objects."""
    found: dict[tuple[int, str, str], list[Entry]] = {}
    for change in entries:
        key = (change.transaction, change.statement, change.command)
        found.setdefault(key, []).append(change)
    return [
        (group[0], tuple(dict.fromkeys(it.identity for it in group if it.identity)))
        for group in found.values()
    ]
