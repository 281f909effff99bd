"""Where migrations belong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps as live_apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.writer import MigrationWriter

from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

_PACKAGES = ("/site-packages/", "/dist-packages/")


class NotWritable(SchemaguardError):
    """A migration cannot be written, or not there."""


@dataclass(frozen=True, slots=True)
class MigrationFile:
    """A migration to be written.

    Attributes:
        path: Where it belongs.
    """

    app: str
    path: Path
    text: str

    def write(self) -> None:
        """Write the file; one that is there is never overwritten.

        Raises:
            NotWritable: It is there, or the folder cannot be written to.
        """
        try:
            with self.path.open("x", encoding="utf-8") as file:
                file.write(self.text)
        except OSError as error:
            raise NotWritable(f"'{self.path}' cannot be written: {error}") from error


@dataclass(frozen=True, slots=True)
class Home:
    """The place of a new migration.

    Attributes:
        leaf: The last migration of its app.
        name: Of the new one.
    """

    leaf: tuple[str, str]
    name: str
    path: Path


def home(loader: MigrationLoader, app: str, suffix: str) -> Home:
    """Return the place of an app's next migration.

    Raises:
        NotWritable: The app is a package of others, or has several last migrations,
            or none.
    """
    path = f"{live_apps.get_app_config(app).path}/".replace("\\", "/")
    if any(place in path for place in _PACKAGES):
        raise NotWritable(
            f"App '{app}' is a package, and its migrations are not yours to write.",
            "Name an app of yours that takes the migration with --into.",
        )
    last = leaf(loader, app)
    number = MigrationAutodetector.parse_number(last[1]) or 0
    name = f"{number + 1:04d}_{suffix}"
    holder: Any = type("Migration", (), {"app_label": app, "name": name})
    return Home(last, name, Path(MigrationWriter(holder).path))


def leaf(loader: MigrationLoader, app: str) -> tuple[str, str]:
    """Return the last migration of an app.

    Raises:
        NotWritable: There are several, or there is none.
    """
    leaves: list[tuple[str, str]] = loader.graph.leaf_nodes(app)
    if not leaves:
        raise NotWritable(
            f"App '{app}' has no migrations.",
            "Name an app that has some with --into.",
        )
    if len(leaves) > 1:
        several = f"App '{app}' has {len(leaves)} last migrations."
        raise NotWritable(several, "Run 'manage.py makemigrations --merge' first.")
    return leaves[0]
