"""Compare the database with the state at the end of each schema editor.

What an operation was asked to reach is the state that it is called with; the last
one before the editor ends tells what the database should be. Each end is a line of
JSON in the file that `SCHEMAGUARD_EVIDENCE_WATCH` names.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from unittest import TestCase

from django.db.migrations import operations

VARIABLE = "SCHEMAGUARD_EVIDENCE_WATCH"
METHODS = {"database_forwards", "database_backwards"}


_MODULES = {"sqlite": "sqlite3", "postgresql": "postgresql", "mariadb": "mysql"}


def watch(vendor: str) -> None:
    """Look at the end of each editor of that vendor's."""
    path = Path(os.environ[VARIABLE])
    if vendor == "postgresql":
        import_module("django.contrib.postgres.operations")
    module = import_module(f"django.db.backends.{_MODULES[vendor]}.schema")
    editor_class = module.DatabaseSchemaEditor
    for operation in _subclasses(operations.base.Operation):
        for name in METHODS & vars(operation).keys():
            setattr(operation, name, _noting(getattr(operation, name)))
    original = editor_class.__exit__

    def leave(editor, exc_type, exc_value, traceback):
        original(editor, exc_type, exc_value, traceback)
        promised = getattr(editor, "promised", None)
        if exc_type is None and promised is not None and not editor.collect_sql:
            _compare(editor.connection, *promised, path)

    editor_class.__exit__ = leave


def _subclasses(cls):
    for each in cls.__subclasses__():
        yield each
        yield from _subclasses(each)


def _noting(method):
    @functools.wraps(method)
    def run(operation, app_label, schema_editor, from_state, to_state):
        method(operation, app_label, schema_editor, from_state, to_state)
        # A nested operation ends before the one that is made of it.
        if to_state is not None:
            schema_editor.promised = (_promise(method, app_label, to_state), operation)

    return run


def _promise(method, app_label, state):
    """Return what the state says of the tables that the operation can reach.

    Backwards, Django hands over the state as the migration was first applied on, with
    the models of other apps that are unapplied by now.
    """
    if method.__name__ == "database_forwards":
        return state
    state = state.clone()
    state.__dict__.pop("apps", None)
    state.other_apps = {label for label, _ in state.models} - {app_label}
    return state


def _compare(connection, state, operation, path) -> None:
    # Not before Django is set up.
    from tests.property.databases import findings, lines

    log = connection.queries_log
    before = len(log)
    try:
        found, skips = findings(connection, state)
        others = getattr(state, "other_apps", ())
        found = [it for it in found if _app(it) not in others]
        told = [line for line in lines(found) if not line.startswith("info ")]
    except Exception as error:  # noqa: BLE001  It is told, and the tests go on.
        told, skips = [f"not compared: {type(error).__name__}: {error}"], ()
    while len(log) > before:  # Tests count queries.
        log.pop()
    entry = {
        "test": _test(),
        "operation": type(operation).__name__,
        "told": told,
        "skipped": [f"{it.table} {it.object or '-'}: {it.reason}" for it in skips],
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _app(finding) -> str:
    return (finding.table.model or "").partition(".")[0]


def _test() -> str:
    frame = sys._getframe()  # noqa: SLF001
    while frame is not None:
        test = frame.f_locals.get("self")
        if isinstance(test, TestCase) and frame.f_code.co_name == test._testMethodName:  # noqa: SLF001
            return test.id()
        frame = frame.f_back
    return "-"
