from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from django_schemaguard.core.explanation import Explanation
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.lint import RULES
from django_schemaguard.reporters import explanations
from django_schemaguard.reporters.look import Look

STRAY = Explanation(
    "SG999",
    "stray_thing",
    Severity.WARNING,
    "A `thing` strays.",
    "It may\n[bold]hurt[/bold].\n\nA second paragraph.",
    "Catch it.",
    fixable=False,
)
LOST = Explanation(
    "SG998", "lost", Severity.INFO, "One is lost.", "So.", "Find it.", True
)


def said(*words: str, **options: object) -> str:
    out = StringIO()
    call_command("schemaguard", "explain", *words, stdout=out, **options)
    return out.getvalue()


def test_text() -> None:
    assert (
        explanations.one_as_text(STRAY, Look())
        == """\
SG999 stray_thing, usually warning

A 'thing' strays.

Why it matters
  It may\\n[bold]hurt[/bold].
  A second paragraph.

Fix
  Catch it.
"""
    )


def test_list() -> None:
    assert (
        explanations.all_as_text((STRAY, LOST), Look())
        == """\
SG999  stray_thing  warning  A 'thing' strays.
SG998  lost         info     One is lost.
"""
    )


def test_json() -> None:
    assert json.loads(explanations.one_as_json(LOST)) == {
        "code": "SG998",
        "kind": "lost",
        "severity": "info",
        "summary": "One is lost.",
        "why": "So.",
        "fix": "Find it.",
        "fixable": True,
    }


@pytest.mark.parametrize("name", ["sg520", "index-blocks-writes"])
def test_a_lint_rule_is_explained(name: str) -> None:
    text = said(name)

    assert text == said("SG520")
    assert text.startswith("SG520 index_blocks_writes, usually warning\n")
    assert "AddIndexConcurrently" in text


@pytest.mark.parametrize("name", ["sg102", "schemaguard.E102", "missing-column"])
def test_every_spelling_finds_the_same(name: str) -> None:
    assert said(name) == said("SG102")


def test_without_a_code_every_kind_has_a_line() -> None:
    assert [line.split()[:2] for line in said().splitlines()] == sorted(
        [each.code, each.kind] for each in (*KINDS, *RULES)
    )


def test_json_of_all() -> None:
    listed = json.loads(said("--format", "json"))
    codes = sorted(each.code for each in (*KINDS, *RULES))
    assert [each["code"] for each in listed] == codes
    assert json.loads(said("SG102", format="json")) in listed
