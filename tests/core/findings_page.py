"""docs/reference/findings.md, made of the kinds' docstrings.

Write the page anew with `python -m tests.core.findings_page`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from django_schemaguard.core.explanation import Explanation, explain
from django_schemaguard.core.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "findings.md"

HEAD = """\
# Findings

Every difference between the expected and the actual schema is a finding of one of \
these kinds. Codes never change their meaning; settings and reports share them. \
`python manage.py schemaguard explain CODE` prints the same text.

The severity here is the usual one, of a required table in production; each section \
says what changes it. *Additive* kinds can be mended by adding something, without \
changing or dropping anything that is there.
"""


def render() -> str:
    explanations = [explain(kind) for kind in KINDS]
    return "\n".join([HEAD, *_table(explanations), *map(_section, explanations)])


def _table(explanations: list[Explanation]) -> Iterator[str]:
    yield "| code | kind | usual severity | additive |"
    yield "|---|---|---|---|"
    for each in explanations:
        code = f"[{each.code}](#{each.code.lower()})"
        additive = "yes" if each.fixable else ""
        yield f"| {code} | `{each.kind}` | {each.severity.word} | {additive} |"
    yield ""


def _section(each: Explanation) -> str:
    return "\n\n".join(
        (
            f"({each.code.lower()})=\n## {each.code} {each.kind}",
            _prose(each.summary),
            f"**Why it matters.** {_prose(each.why)}",
            f"**Fix.** {_prose(each.fix)}\n",
        )
    )


def _prose(text: str) -> str:
    """Return reStructuredText's literals as Markdown's."""
    return textwrap.dedent(text).replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
