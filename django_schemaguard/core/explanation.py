"""What a kind of finding means, taken from its docstring."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.core.finding import Finding, Severity

_PREFIX = re.compile(r"schemaguard\.[EWI](?=\d+\Z)", re.IGNORECASE)
_HEADING = re.compile(r"(Why it matters|Fix):\s*\Z")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A kind of finding in words; paragraphs are parted by an empty line.

    Attributes:
        summary: One sentence.
        why: Why it matters.
        fix: How it is mended.
        fixable: Whether an addition can mend it.
    """

    code: str
    kind: str
    severity: Severity
    summary: str
    why: str
    fix: str
    fixable: bool


def explain(kind: type[Finding]) -> Explanation:
    """Return the explanation of a kind."""
    told = explained(inspect.getdoc(kind) or "", kind.code, kind.kind, kind.usual)
    return replace(told, fixable=kind.additive)


def explained(doc: str, code: str, kind: str, usual: Severity) -> Explanation:
    """Return the explanation that a docstring gives."""
    summary, why, fix = _sections(doc)
    return Explanation(code, kind, usual, summary, why, fix, fixable=False)


def find_explanation(
    name: str, explanations: Sequence[Explanation]
) -> Explanation | None:
    """Return that of a code, a system check id or a kind's name, in any case."""
    wanted = _wanted(name)
    for each in explanations:
        if wanted in {each.code.casefold(), each.kind.casefold()}:
            return each
    return None


def _wanted(name: str) -> str:
    return _PREFIX.sub("SG", name.strip()).replace("-", "_").casefold()


def _sections(doc: str) -> tuple[str, str, str]:
    found: dict[str, list[str]] = {"": [], "Why it matters": [], "Fix": []}
    heading = ""
    for line in doc.splitlines():
        if title := _HEADING.match(line):
            heading = title[1]
        elif line and not line.startswith(" ") and heading:
            break  # Another section, such as "Attributes:".
        else:
            found[heading].append(line.strip())
    return (
        _paragraphs(found[""]),
        _paragraphs(found["Why it matters"]),
        _paragraphs(found["Fix"]),
    )


def _paragraphs(lines: list[str]) -> str:
    parts = "\n".join(lines).strip().replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)
