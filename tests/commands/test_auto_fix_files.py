from __future__ import annotations

import pytest

from tests.commands.conftest import Project

MODELS = """\
from django.db import models


class Book(models.Model):
    title = models.CharField(max_length=40, db_index=True)
    pages = models.IntegerField(null=True)


class Loan(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
"""
APPEND = "INSTALLED_APPS = [*INSTALLED_APPS, 'library']\n"


@pytest.fixture
def library(project: Project) -> Project:
    """Return a project with an app of its own, migrated."""
    package = project.path / "library"
    (package / "migrations").mkdir(parents=True)
    for path in (package / "__init__.py", package / "migrations" / "__init__.py"):
        path.touch()
    (package / "models.py").write_text(MODELS)
    with (project.path / "project_settings.py").open("a", encoding="utf-8") as file:
        file.write(APPEND)
    assert manage(project, "makemigrations", "library") == 0
    assert manage(project, "migrate") == 0
    return project


def manage(project: Project, *words: str) -> int:
    return project.python("-m", "django", *words).returncode


def test_migration_mends_the_database_and_leaves_makemigrations_silent(
    library: Project,
) -> None:
    library.sql("DROP TABLE library_loan", "ALTER TABLE library_book DROP COLUMN pages")
    done = library.run("auto_fix", "--as-migration", "--database", "default")
    assert done.stdout == "✅ Wrote library/migrations/0002_schemaguard_repair.py.\n"
    assert (done.stderr, done.returncode) == ("", 0)
    assert manage(library, "makemigrations", "--check", "--dry-run") == 0
    assert manage(library, "migrate") == 0
    assert library.run("validate", "--database", "default").returncode == 0
    assert manage(library, "migrate", "--database", "other") == 0
    assert library.run("validate", "--database", "other").returncode == 0
    assert manage(library, "migrate", "library", "zero") == 0


@pytest.mark.slow
def test_dry_run_writes_nothing(library: Project) -> None:
    library.sql("DROP TABLE library_loan")
    words = ("auto_fix", "--as-migration", "--dry-run", "--database", "default")
    done = library.run(*words)
    assert done.stdout.startswith(
        "library/migrations/0002_schemaguard_repair.py would be written:\n"
    )
    assert 'CREATE TABLE "library_loan"' in done.stdout
    assert len([*(library.path / "library" / "migrations").glob("0*.py")]) == 1


def test_adopting_prints_waivers_and_what_is_left(library: Project) -> None:
    library.sql("CREATE INDEX by_pages ON library_book (pages)")
    library.sql("DROP TABLE library_loan")
    words = ("auto_fix", "--adopt", "--reason", "why", "--database", "default")
    done = library.run(*words)
    assert done.stdout == (
        "Add to SCHEMAGUARD['IGNORE']:\n"
        "  {'code': 'SG306', 'table': 'library_book', 'object': 'by_pages',"
        " 'reason': 'why'},\n"
        "⚠️ Not adopted: Table 'library_loan' is missing. Every query on library.Loan"
        " fails.\n"
        "Mend these: 'auto_fix --dry-run' tells how.\n"
    )
    assert (done.stderr, done.returncode) == ("", 1)


@pytest.mark.slow
def test_nothing_to_write(library: Project) -> None:
    words = ("auto_fix", "--as-migration", "--database", "default")
    assert library.run(*words).stdout == "✅ Nothing to add.\n"
    assert (
        library.run("auto_fix", "--adopt", "--database", "default").stdout
        == "✅ Nothing to accept.\n"
    )
