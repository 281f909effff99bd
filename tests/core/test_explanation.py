from __future__ import annotations

import pytest

from django_schemaguard.core.explanation import Explanation, explain, find_explanation
from django_schemaguard.core.finding import Finding, Severity
from django_schemaguard.core.kinds import KINDS

TOLD = [explain(kind) for kind in KINDS]


class Kind:
    """A thing is ``wrong``.

    More about it.

    Why it matters:
        First line,
        second line.

        Second paragraph.

    Fix:
        Mend it.

    Attributes:
        thing: Not for the reader.
    """

    code = "SG999"
    kind = "wrong_thing"
    usual = Severity.INFO
    additive = False


def test_explain_reads_the_docstring() -> None:
    assert explain(Kind) == Explanation(  # type: ignore[arg-type]
        code="SG999",
        kind="wrong_thing",
        severity=Severity.INFO,
        summary="A thing is `wrong`.\n\nMore about it.",
        why="First line, second line.\n\nSecond paragraph.",
        fix="Mend it.",
        fixable=False,
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_says_all(kind: type[Finding]) -> None:
    explanation = explain(kind)
    assert explanation.summary.endswith(".")
    assert explanation.why.endswith(".")
    assert explanation.fix.endswith(".")
    assert "\n" not in explanation.summary
    assert "``" not in f"{explanation.summary}{explanation.why}{explanation.fix}"


@pytest.mark.parametrize(
    "name",
    [
        "SG102",
        "sg102",
        "schemaguard.E102",
        "schemaguard.W102",
        "missing_column",
        "missing-column",
        "Missing_Column",
        " SG102 ",
    ],
)
def test_find_explanation(name: str) -> None:
    assert find_explanation(name, TOLD).code == "SG102"


@pytest.mark.parametrize("name", ["SG1", "102", "schemaguard.X102", "missing", ""])
def test_find_explanation_wants_the_whole_name(name: str) -> None:
    assert find_explanation(name, TOLD) is None
