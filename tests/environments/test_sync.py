from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests.commands.conftest import Project, environment, migrated, project

__all__ = ["migrated", "project"]

TO = ("sync", "--from", "default", "--to", "other")
SYNC = (
    "Run 'manage.py schemaguard sync --from default --to other'; with --yes it adds it."
)
INDEX = "CREATE INDEX by_hand ON auth_user (first_name, last_name DESC)"
COLUMN = "ALTER TABLE auth_group ADD COLUMN colour varchar(10) NOT NULL DEFAULT 'red'"
KEY = "ALTER TABLE auth_group ADD COLUMN owner integer REFERENCES auth_user (id)"
TABLE = (
    "CREATE TABLE legacy (id integer PRIMARY KEY AUTOINCREMENT, owner integer"
    " REFERENCES auth_user (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,"
    " note varchar(50) COLLATE NOCASE UNIQUE, made text DEFAULT (1 + 1),"
    " twice integer GENERATED ALWAYS AS (id * 2) STORED,"
    " CONSTRAINT filled CHECK (note <> ''))"
)
PARTIAL = "CREATE UNIQUE INDEX one ON legacy (owner, lower(note)) WHERE owner > 3"
LINE = "CREATE TABLE line (legacy integer, number integer NOT NULL REFERENCES legacy,\
 UNIQUE (number, legacy), PRIMARY KEY (legacy, number))"


def test_nothing_to_do_is_0(project: Project) -> None:
    assert project.run(*TO).returncode == 0
    assert project.run(*TO, "--yes").returncode == 0


def test_dry_run_changes_nothing(project: Project) -> None:
    project.sql(INDEX, COLUMN)
    done = project.run(*TO)
    assert done.returncode == 1
    assert "ADD COLUMN" in done.stdout
    assert "Nothing was changed; --yes applies it." in done.stdout
    done = project.run("diff", "default", "other", "--format", "json")
    assert done.returncode == 1
    assert [it["hint"] for it in json.loads(done.stdout)["findings"]] == [SYNC, SYNC]
    # Nothing that is planned is a source, and no file a target.
    assert "sync" not in project.run("diff", "models", "other").stdout
    project.run("snapshot", "taken.json", "--database", "other")
    assert "sync" not in project.run("diff", "default", "taken.json").stdout


def test_what_is_added_can_be_undone(project: Project) -> None:
    project.sql(INDEX, COLUMN, KEY, TABLE, PARTIAL, LINE)
    done = project.run(*TO, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Adding to database 'other'..." in done.stdout
    undo = "'manage.py schemaguard rollback 1 --database other'"
    assert f"to undo: {undo}." in done.stdout
    done = project.run("diff", "default", "other")
    assert done.returncode == 0, done.stdout
    undone = project.run("rollback", "--database", "other", "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    found = project.run("diff", "default", "other", "--format", "json").stdout
    told = [(it["code"], it["object"]) for it in json.loads(found)["findings"]]
    assert told == [
        ("SG102", "colour"),
        ("SG102", "owner"),
        ("SG301", "by_hand"),
        ("SG101", None),
        ("SG101", None),
    ]


def test_what_cannot_be_added_is_listed(project: Project) -> None:
    project.sql(
        "CREATE TABLE leftover (id integer PRIMARY KEY, CHECK (id > 0))",
        "ALTER TABLE auth_group ADD COLUMN made text DEFAULT (1 + 1)",
    )
    project.sql(
        "CREATE INDEX extra ON auth_user (email)",
        "INSERT INTO auth_group (name) VALUES ('editors')",
        "CREATE TABLE leftover (id integer PRIMARY KEY)",
        alias="other",
    )
    done = project.run(*TO, "--yes", "--format", "json")
    assert done.returncode == 1
    text = project.run(*TO).stdout
    assert "Left alone (3):" in text
    assert "Its default is no constant, and rows are there." in text
    assert "SQLite cannot add a check without making the table anew." in text


@pytest.mark.slow
def test_a_snapshot_will_do_and_models_will_not(project: Project) -> None:
    project.sql(INDEX)
    project.run("snapshot", "taken.json")
    done = project.run("sync", "--from", "taken.json", "--to", "other", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    project.run("snapshot", "--expected", "planned.json")
    for word in ("models", "migrations", "planned.json"):
        done = project.run("sync", "--from", word, "--to", "other")
        assert done.returncode == 2
        assert done.stderr.startswith(f"❌ '{word}' is planned")


BLOG = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = {dependencies!r}
    operations = [{operation}]
"""
AUTHOR = """\
migrations.CreateModel("Author", [("id", models.AutoField(primary_key=True))])"""
BIO = """\
migrations.AddField("author", "bio", models.TextField(null=True)),
migrations.CreateModel(
    "Post",
    [
        ("id", models.AutoField(primary_key=True)),
        ("author", models.ForeignKey("blog.Author", models.CASCADE)),
    ],
)"""


def write_blog(project: Project) -> None:
    """Add an app of two migrations, of which `other` gets the first alone."""
    folder = project.path / "blog" / "migrations"
    folder.mkdir(parents=True)
    for each in (folder.parent, folder):
        (each / "__init__.py").touch()
    for file, before, operation in (
        ("0001_author", [], AUTHOR),
        ("0002_bio", [("blog", "0001_author")], BIO),
    ):
        text = BLOG.format(dependencies=before, operation=operation)
        (folder / f"{file}.py").write_text(text, encoding="utf-8")
    with (project.path / "project_settings.py").open("a", encoding="utf-8") as file:
        file.write("INSTALLED_APPS.append('blog')\n")
    for words in (("default",), ("other", "blog", "0001")):
        assert migrate(project, *words) == 0


def migrate(project: Project, alias: str, *words: str) -> int:
    return project.python(
        "-m", "django", "migrate", *words, "-v", "0", "--database", alias
    ).returncode


@pytest.mark.slow
def test_what_a_pending_migration_makes_is_left_to_migrate(project: Project) -> None:
    write_blog(project)
    project.sql(INDEX, "ALTER TABLE blog_author ADD COLUMN by_hand integer")
    found = json.loads(project.run("diff", *TO[2::2], "--format", "json").stdout)
    hints = {it["object"] or it["table"]: it["hint"] for it in found["findings"]}
    due = "Run 'manage.py migrate --database other'."
    assert hints == {
        "by_hand": SYNC,
        "bio": due,
        "blog_post": due,
        "blog.0002_bio": due,
    }
    done = project.run(*TO, "--yes")
    assert done.returncode == 1
    reason = "Its migration 'blog.0002_bio' is not recorded there."
    assert done.stdout.count(reason) == 2
    assert "add_column blog_author.by_hand" in done.stdout
    assert migrate(project, "other") == 0
    done = project.run("diff", "default", "other")
    assert done.returncode == 0, done.stdout


def name(alias: str) -> str:
    return f"schemaguard_sync_{os.getpid()}_{alias}"


@pytest.fixture
def site(
    alias: str, tmp_path: Path, migrated: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[Project]:
    """Return a project whose `default` and `other` are on a server, migrated."""
    template = settings.DATABASES[alias]
    wanted = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD")
    entry = {key: template[key] for key in wanted if template.get(key)}
    creation = connections[alias].creation
    with django_db_blocker.unblock(), creation._nodb_cursor() as cursor:
        for each in ("default", "other"):
            cursor.execute(f"DROP DATABASE IF EXISTS {name(each)}")
            cursor.execute(f"CREATE DATABASE {name(each)}")
    text = (migrated / "project_settings.py").read_text(encoding="utf-8")
    databases = {each: entry | {"NAME": name(each)} for each in ("default", "other")}
    (tmp_path / "project_settings.py").write_text(
        f"{text}\nDATABASES = {databases!r}\n", encoding="utf-8"
    )
    made = Project(tmp_path, environment(tmp_path))
    force = " WITH (FORCE)" if alias == "postgresql" else ""
    try:
        for each in databases:
            made.python("-m", "django", "migrate", "-v", "0", "--database", each)
        yield made
    finally:
        with django_db_blocker.unblock(), creation._nodb_cursor() as cursor:
            for each in databases:
                cursor.execute(f"DROP DATABASE {name(each)}{force}")


DIFFERENT = {
    "postgresql": (
        "CREATE INDEX by_hand ON auth_user (lower(email) DESC) WHERE id > 3",
        "ALTER TABLE auth_group ADD colour varchar(10) NOT NULL DEFAULT 'red'",
        "CREATE TABLE legacy (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
        " owner integer REFERENCES auth_user ON DELETE CASCADE, note text UNIQUE,"
        " CHECK (note <> ''))",
        "ALTER TABLE auth_group ADD legacy bigint REFERENCES legacy",
        "ALTER TABLE auth_group ADD CONSTRAINT short CHECK (length(name) < 100)",
        "ALTER TABLE auth_user ADD CONSTRAINT one_mail UNIQUE (email)",
        "ALTER TABLE auth_user ALTER first_name SET DEFAULT 'x'",
    ),
    "mariadb": (
        "CREATE INDEX by_hand ON auth_user (last_name(10), email DESC)",
        "ALTER TABLE auth_group ADD colour varchar(10) NOT NULL DEFAULT 'red'",
        "CREATE TABLE legacy (id bigint AUTO_INCREMENT PRIMARY KEY, owner integer,"
        " note varchar(50) COLLATE utf8mb4_bin UNIQUE, facts json,"
        " length integer AS (char_length(note)) STORED, day datetime(6) DEFAULT now(6),"
        " CONSTRAINT filled CHECK (note <> ''), CONSTRAINT owned FOREIGN KEY (owner)"
        " REFERENCES auth_user (id) ON DELETE CASCADE) COMMENT 'old'",
        "ALTER TABLE auth_group ADD legacy bigint, ADD CONSTRAINT to_legacy"
        " FOREIGN KEY (legacy) REFERENCES legacy (id)",
        "ALTER TABLE auth_group ADD CONSTRAINT short CHECK (char_length(name) < 100)",
        "ALTER TABLE auth_user ADD CONSTRAINT one_mail UNIQUE (email)",
        "ALTER TABLE auth_user ALTER first_name SET DEFAULT 'x'",
    ),
}
SQL = """\
import sys, django
django.setup()
from django.db import connections
with connections[sys.argv[1]].cursor() as cursor:
    for statement in sys.argv[2:]:
        cursor.execute(statement)
"""
ROW = (
    "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name,"
    " email, is_staff, is_active, date_joined)"
    " VALUES ('', false, '{}', '', '', 'twice', false, true, now())"
)


@pytest.mark.slow
@pytest.mark.vendors("postgresql", "mariadb")
def test_a_server_is_brought_in_line_and_back(alias: str, site: Project) -> None:
    def sql(alias: str, *statements: str) -> None:
        done = site.python("-c", SQL, alias, *statements)
        assert done.returncode == 0, done.stderr

    def left() -> list[tuple[str, str | None]]:
        done = site.run("diff", "default", "other", "--format", "json")
        return [
            (it["code"], it["object"]) for it in json.loads(done.stdout)["findings"]
        ]

    sql("default", *DIFFERENT[alias])
    sql("other", ROW.format(1), ROW.format(2))
    done = site.run(*TO, "--yes")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Values stand more than once." in done.stdout
    assert left() == [("SG202", "one_mail")]

    sql("other", "UPDATE auth_user SET email = username")
    done = site.run(*TO, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert left() == []

    for _ in range(2):
        done = site.run("rollback", "--database", "other", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
    codes = ["SG101", "SG102", "SG102", "SG107", "SG202", "SG202", "SG301"]
    assert sorted(code for code, _ in left()) == codes
