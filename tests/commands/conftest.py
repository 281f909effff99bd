"""A project of its own in a directory of its own, run as a user would run it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SETTINGS = """\
from pathlib import Path

SECRET_KEY = "not a secret"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django_schemaguard",
]
DATABASES = {
    alias: {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(__file__).with_name(f"{alias}.sqlite3")),
    }
    for alias in ("default", "other", "absent")
}
"""


@dataclass(frozen=True)
class Project:
    """A project with the databases `default` and `other`; `absent` has no file."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command in a process of its own."""
        return self.python("-m", "django", "schemaguard", *words, **environment)

    def python(
        self, *words: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python with the project's settings."""
        return subprocess.run(
            [sys.executable, *words],
            env=self.environment | environment,
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def sql(self, *statements: str, alias: str = "default") -> None:
        """Change a database behind the migrations."""
        with closing(sqlite3.connect(self.path / f"{alias}.sqlite3")) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def configure(self, setting: dict[str, object]) -> None:
        """Set SCHEMAGUARD."""
        with (self.path / "project_settings.py").open("a", encoding="utf-8") as file:
            file.write(f"SCHEMAGUARD = {setting!r}\n")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a project whose databases are migrated."""
    path = tmp_path_factory.mktemp("project")
    (path / "project_settings.py").write_text(SETTINGS, encoding="utf-8")
    done = Project(path, environment(path)).python("-m", "django", "migrate", "-v", "0")
    assert done.returncode == 0, done.stderr
    shutil.copy(path / "default.sqlite3", path / "other.sqlite3")
    return path


@pytest.fixture
def project(migrated: Path, tmp_path: Path) -> Project:
    """Return a project as it was after `migrate`."""
    path = tmp_path / "project"
    shutil.copytree(migrated, path)
    return Project(path, environment(path))


def environment(path: Path) -> dict[str, str]:
    """Return that of a process which knows this project alone."""
    ours = ("SCHEMAGUARD", "DJANGO", "PYTHON")
    show = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM"}
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(ours) and name not in show
    }
    return kept | {
        "DJANGO_SETTINGS_MODULE": "project_settings",
        "PYTHONPATH": f"{path}{os.pathsep}{ROOT}",
        "PYTHONUTF8": "1",
    }
