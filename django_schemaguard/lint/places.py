"""The line of the project's source at which each operation stands."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from django_schemaguard.core.report import Location

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintFinding, LintReport

_FOREIGN = frozenset({"site-packages", "dist-packages"})


def located(report: LintReport, root: Path) -> LintReport:
    """Return the report with the line of each finding's operation.

    Args:
        report: Of `lint_database`.
        root: Directory that paths are told from; what is outside is not told.
    """
    read = cache(_source)
    top = root.resolve()

    def place(finding: LintFinding) -> LintFinding:
        path = _file(finding.migration or "")
        if path is None or not path.is_relative_to(top) or _FOREIGN & set(path.parts):
            return finding
        line = _line(read(path), finding.operation)
        where = Location(path.relative_to(top).as_posix(), line)
        return replace(finding, location=where)

    databases = tuple(
        replace(
            database,
            judgement=replace(
                database.judgement,
                findings=tuple(map(place, database.judgement.findings)),
            ),
        )
        for database in report.databases
    )
    return replace(report, databases=databases)


def _file(name: str) -> Path | None:
    app, _, migration = name.partition(".")
    if app not in apps.app_configs:
        return None
    package, _explicit = MigrationLoader.migrations_module(app)
    spec = find_spec(f"{package}.{migration}") if package else None
    return Path(spec.origin).resolve() if spec and spec.origin else None


def _source(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):  # Compiled code alone, say.
        return None


def _line(tree: ast.Module | None, operation: int | None) -> int:
    """Return the line of an operation; else of the class, or the first."""
    for node in tree.body if tree else ():
        if not (isinstance(node, ast.ClassDef) and node.name == "Migration"):
            continue
        for statement in node.body:
            listed = getattr(statement, "value", None)
            if _is_operations(statement) and isinstance(listed, ast.List):
                lines = [0, *(each.lineno for each in listed.elts)]
                return lines[operation or 0] or node.lineno
        return node.lineno
    return 1


def _is_operations(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        targets: list[ast.expr] = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return False
    return any(isinstance(t, ast.Name) and t.id == "operations" for t in targets)
