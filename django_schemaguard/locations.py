"""Where in the project's source a finding has its roots."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from django_schemaguard.core.report import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from django_schemaguard.core.report import Report, Verdict

_FOREIGN = frozenset({"site-packages", "dist-packages"})


def locate(report: Report, root: Path, settings_file: Path | None) -> Report:
    """Return the report with the location of each finding.

    That is the line of the field, index or constraint, else of the model, where the
    project has it; else that of the migration; else the place in the settings
    where the app is installed.

    Args:
        report: As `pipeline.validate` returns it.
        root: Directory that paths are told from; what is outside is not told.
        settings_file: The settings' module.
    """
    search = _Search(root.resolve(), settings_file)
    return replace(
        report,
        databases=tuple(
            replace(
                database,
                verdicts=tuple(
                    replace(verdict, location=search.location(verdict))
                    for verdict in database.verdicts
                ),
            )
            for database in report.databases
        ),
    )


def project_root(start: Path) -> Path:
    """Return the nearest directory upwards that is under Git, else the start."""
    for directory in (start, *start.parents):
        if (directory / ".git").exists():
            return directory
    return start


@dataclass(frozen=True, slots=True)
class _Module:
    """One source file: where it is, and what is in it."""

    path: str
    tree: ast.Module

    def at(self, node: ast.AST | None) -> Location:
        """Return the location of a node, or of the first line."""
        return Location(self.path, getattr(node, "lineno", 1))


class _Search:
    """Looks for lines; reads each file once."""

    def __init__(self, root: Path, settings_file: Path | None) -> None:
        self._root = root
        self._settings_file = settings_file
        self._modules: dict[Path, _Module | None] = {}

    def location(self, verdict: Verdict) -> Location | None:
        """Return the location of one finding."""
        finding = verdict.finding
        label = finding.table.model
        names = tuple(filter(None, (finding.field, finding.object)))
        found = self._of_model(label, names) if label else None
        if found is None and verdict.migration is not None:
            found = self._of_migration(verdict.migration, names)
        return found or self._of_settings(label)

    def _of_model(self, label: str, names: tuple[str, ...]) -> Location | None:
        model, names = _written(label, names)
        if model is None:
            return None
        first = None
        for each in model.__mro__:  # A field may be an abstract parent's.
            module, node = self._class(each)
            if module is None or node is None:
                continue
            part = _part(node, names)
            if part is not None:
                return module.at(part)
            first = first or module.at(node)
        return first

    def _class(self, model: type) -> tuple[_Module | None, ast.ClassDef | None]:
        try:
            path = inspect.getsourcefile(model)
        except TypeError:  # Built in.
            return None, None
        module = self._module(Path(path)) if path else None
        if module is None:
            return None, None
        nodes = {
            node.name: node
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        }
        return module, nodes.get(model.__name__)

    def _of_migration(self, name: str, names: tuple[str, ...]) -> Location | None:
        app, _, migration = name.partition(".")
        if app not in apps.app_configs:
            return None
        package, _explicit = MigrationLoader.migrations_module(app)
        spec = find_spec(f"{package}.{migration}") if package else None
        module = self._module(Path(spec.origin)) if spec and spec.origin else None
        if module is None:
            return None
        return module.at(_string(module.tree, names))

    def _of_settings(self, label: str | None) -> Location | None:
        module = self._settings
        if module is None:
            return None
        app = label.partition(".")[0] if label else None
        config = apps.app_configs.get(app) if app else None
        if config is None:
            return module.at(None)
        entries = (config.name, f"{type(config).__module__}.{type(config).__name__}")
        return module.at(_string(module.tree, entries))

    @cached_property
    def _settings(self) -> _Module | None:
        return self._module(self._settings_file) if self._settings_file else None

    def _module(self, path: Path) -> _Module | None:
        if path not in self._modules:
            self._modules[path] = self._read(path)
        return self._modules[path]

    def _read(self, path: Path) -> _Module | None:
        full = path.resolve()
        if not full.is_relative_to(self._root) or _FOREIGN & set(full.parts):
            return None
        try:
            tree = ast.parse(full.read_bytes())
        except (OSError, SyntaxError, ValueError):  # Compiled code alone, say.
            return None
        return _Module(full.relative_to(self._root).as_posix(), tree)


def _written(
    label: str, names: tuple[str, ...]
) -> tuple[type[Model] | None, tuple[str, ...]]:
    """Return the model that somebody wrote, and the names of its part.

    The model of an automatic many-to-many table was written as a field.
    """
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None, names
    owner = model._meta.auto_created  # noqa: SLF001
    if not isinstance(owner, type):
        return model, names
    fields = owner._meta.local_many_to_many  # type: ignore[attr-defined]  # noqa: SLF001
    made = tuple(f.name for f in fields if f.remote_field.through is model)
    return owner, made


def _part(node: ast.ClassDef, names: tuple[str, ...]) -> ast.AST | None:
    for statement in node.body:
        if set(_targets(statement)) & set(names):
            return statement
    return _string(node, names)


def _targets(statement: ast.stmt) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id


def _string(tree: ast.AST, names: tuple[str, ...]) -> ast.AST | None:
    """Return the first string that is one of the names, or None."""
    found = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in names
    )
    return min(found, key=lambda node: node.lineno, default=None)
