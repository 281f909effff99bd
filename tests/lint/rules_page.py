"""docs/reference/lint-rules.md, made of the rules' docstrings.

Write the page anew with `python -m tests.lint.rules_page`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django_schemaguard.core.lint import Layer, Work
from django_schemaguard.lint import RULES
from django_schemaguard.lint.rule import EVERY, Rule

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "lint-rules.md"
SERVERS = {
    "postgresql": "PostgreSQL",
    "mysql": "MariaDB",
    "sqlite": "SQLite",
    "oracle": "Oracle",
}

HEAD = """\
# Lint rules

What [`lint`](commands.md#lint) looks for in migrations before they run. Codes never \
change their meaning; settings and reports share them. \
`python manage.py schemaguard explain CODE` prints the same text.

A rule looks at the *operations* of a migration, at the *SQL* that Django would run \
for them or that `RunSQL` has, or at the *data* in the database. One that looks at \
data alone is judged only where there is a database; the others then tell more, such \
as rows that a constraint would refuse.

Tables that the same run creates are left out, since nobody uses them yet.

## Severity and size

The severity here is the usual one. Where a statement works through a table while \
others wait, and the number of rows is known, that decides:

| what is done | info below | error from |
|---|---|---|
{sizes}

In between it is a warning. At the upper bound others wait for about a third of a \
second: measured on PostgreSQL 15, a scan passes about five million rows a second, a \
rewrite or an index build a third of a million. The numbers are the server's own \
estimates; SQLite has none, and is counted up to 100,001.

In `development` mode no finding is an error. Rules marked with * are about lost data \
or about code that is still running, and stand whatever the size.
"""


def render() -> str:
    words = {Work.SCAN: "all rows are read", Work.REWRITE: "all rows are written"}
    sizes = "\n".join(
        f"| {text} | {work.value[0]:,} rows | {work.value[1]:,} rows |"
        for work, text in words.items()
    )
    head = HEAD.format(sizes=sizes)
    return "\n".join([head, *_table(), *map(_section, RULES)])


def _table() -> Iterator[str]:
    yield "## All rules\n"
    yield "| code | rule | usual severity | databases | looks at |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        link = f"[{rule.code}](#{rule.code.lower()})"
        mark = r"\*" if rule.destructive else ""
        yield (
            f"| {link}{mark} | `{rule.kind}` | {rule.usual.word} | {_servers(rule)}"
            f" | {_layers(rule)} |"
        )
    yield ""


def _servers(rule: Rule) -> str:
    if rule.vendors == EVERY:
        return "all"
    return ", ".join(word for key, word in SERVERS.items() if key in rule.vendors)


def _layers(rule: Rule) -> str:
    return ", ".join(layer.value for layer in Layer if layer in rule.layers)


def _section(rule: Rule) -> str:
    told = rule.explanation
    return "\n\n".join(
        (
            f"({told.code.lower()})=\n## {told.code} {told.kind}",
            _prose(told.summary),
            f"**Why it matters.** {_prose(told.why)}",
            f"**Fix.** {_prose(told.fix)}\n",
        )
    )


def _prose(text: str) -> str:
    """Return reStructuredText's literals as Markdown's."""
    return text.replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
