"""Each test that the page on coverage names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_each_named_test_is_there() -> None:
    page = (ROOT / "docs/reference/coverage.md").read_text(encoding="utf-8")
    named = NAMED.findall(page)

    missing = [
        f"{path}::{name}" for path, name in named if not _defines(ROOT / path, name)
    ]

    assert (missing, len(named) > 40) == ([], True)


def test_each_row_names_a_test_or_says_why_not() -> None:
    page = (ROOT / "docs/reference/coverage.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| (?!feature)", line)]

    for row in rows:
        *verdicts, evidence = row.strip("| ").split(" | ")[1:]
        assert NAMED.search(evidence) or set(verdicts) <= {"no", "absent"}, row


def _defines(path: Path, name: str) -> bool:
    return f"def {name}(" in path.read_text(encoding="utf-8")
