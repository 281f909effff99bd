"""Health as plain text, for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.health.as_json import public_document
from django_schemaguard.reporters import as_text
from django_schemaguard.reporters.look import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.health.status import Health


def public(health: Health) -> str:
    """Return a line for the whole and one for each check."""
    return "".join(f"{line}\n" for line in _lines(health))


def detailed(health: Health) -> str:
    """Return the same with the report of the validation below."""
    return f"{public(health)}\n{as_text.render(health.report, Look())}"


def _lines(health: Health) -> Iterator[str]:
    document = public_document(health)
    yield f"{document['status']} {document['time']}"
    for name, (check,) in document["checks"].items():
        value = check.get("observedValue")
        told = [] if value is None else [f"{value} {check['observedUnit']}"]
        if "output" in check:
            told.append(check["output"])
        yield f"{name}: {check['status']}" + (f" ({'; '.join(told)})" if told else "")
