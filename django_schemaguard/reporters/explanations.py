"""What kinds of finding mean, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django_schemaguard.reporters.as_text import STYLES
from django_schemaguard.reporters.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.core.explanation import Explanation
    from django_schemaguard.reporters.look import Look


def one_as_text(explanation: Explanation, look: Look) -> str:
    """Return one explanation in full."""
    page = Page(look)
    severity = explanation.severity
    page.line(
        (f"{explanation.code} {explanation.kind}", "bold"),
        ", usually ",
        (severity.word, STYLES[severity]),
    )
    page.blank()
    page.line(_plain(explanation.summary))
    for title, text in (
        ("Why it matters", explanation.why),
        ("Fix", explanation.fix),
    ):
        page.blank()
        page.line((title, "bold"))
        for paragraph in text.split("\n\n"):
            page.line(_plain(paragraph), indent=2)
    return page.render()


def all_as_text(explanations: Sequence[Explanation], look: Look) -> str:
    """Return one line for each explanation."""
    page = Page(look)
    widest = max((len(each.kind) for each in explanations), default=0)
    for each in explanations:
        page.line(
            (each.code, "bold"),
            f"  {each.kind:{widest}}  ",
            (f"{each.severity.word:7}", STYLES[each.severity]),
            f"  {_plain(each.summary)}",
        )
    return page.render()


def one_as_json(explanation: Explanation) -> str:
    """Return one explanation as a JSON object."""
    return json.dumps(_document(explanation), indent=2) + "\n"


def all_as_json(explanations: Sequence[Explanation]) -> str:
    """Return a JSON array of explanations."""
    return json.dumps([_document(each) for each in explanations], indent=2) + "\n"


def _document(explanation: Explanation) -> dict[str, str | bool]:
    return {
        "code": explanation.code,
        "kind": explanation.kind,
        "severity": explanation.severity.word,
        "summary": explanation.summary,
        "why": explanation.why,
        "fix": explanation.fix,
        "fixable": explanation.fixable,
    }


def _plain(text: str) -> str:
    return text.replace("`", "'")
