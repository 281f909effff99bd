"""Migrations that cannot be loaded or replayed: one line that says which."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from django_schemaguard.exceptions import StateUnusable
from django_schemaguard.expected import leaf_state
from django_schemaguard.history import BrokenMigrations, read_history

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    from django.db.backends.base.base import BaseDatabaseWrapper

    Write: TypeAlias = Callable[[str], Path]

pytestmark = pytest.mark.vendors("sqlite")

HEAD = "from django.db import migrations\n\nclass Migration(migrations.Migration):\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what makes a text the only migration of the app `sites`."""
    package = tmp_path / "own_migrations"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def write(text: str) -> Path:
        for name in [name for name in sys.modules if name.startswith(package.name)]:
            del sys.modules[name]
        path = package / "0001_initial.py"
        path.write_text(text)
        return path

    return write


def loaded(connection: BaseDatabaseWrapper) -> object:
    with override_settings(MIGRATION_MODULES={"sites": "own_migrations"}):
        return leaf_state(read_history(connection).loader)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param(
            "class Migration(", 1, "SyntaxError: '(' was never closed", id="s"
        ),
        pytest.param(
            "import nowhere",
            1,
            "ModuleNotFoundError: No module named 'nowhere'",
            id="i",
        ),
        pytest.param("\n1 / 0", 2, "ZeroDivisionError: division by zero", id="run"),
    ],
)
def test_a_migration_that_cannot_be_imported(
    connection: BaseDatabaseWrapper, write: Write, text: str, line: int, said: str
) -> None:
    path = write(text)
    with pytest.raises(BrokenMigrations) as caught:
        loaded(connection)
    assert str(caught.value).startswith(
        f"The migrations cannot be loaded ({path}, line {line}): {said}"
    )
    assert "\n" not in str(caught.value)


def test_a_migration_that_depends_on_a_missing_one(
    connection: BaseDatabaseWrapper, write: Write
) -> None:
    write(f"{HEAD}    dependencies = [('sites', '0000_gone')]\n")
    with pytest.raises(BrokenMigrations, match="NodeNotFoundError: Migration sites"):
        loaded(connection)


def test_a_migration_that_does_not_fit_the_ones_before_it(
    connection: BaseDatabaseWrapper, write: Write
) -> None:
    write(f"{HEAD}    operations = [migrations.RemoveField('site', 'nothing')]\n")
    with pytest.raises(StateUnusable) as caught:
        loaded(connection)
    assert str(caught.value) == (
        "Migration 'sites.0001_initial' does not fit the ones before it:"
        " KeyError: ('sites', 'site')"
    )
