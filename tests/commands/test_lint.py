from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command

import django_schemaguard
from tests.commands.conftest import Project, environment

INITIAL = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Order",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("ref", models.CharField(max_length=20)),
                ("note", models.TextField(null=True)),
            ],
        ),
    ]
"""
CHANGE = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AlterField("order", "ref", models.CharField(max_length=40)),
        migrations.RemoveField("order", "note"),
    ]
"""
TEXT = """\
shop.0002_change
  ℹ️ Column 'shop_order.ref' changes from varchar(20) to varchar(40): the table is rewritten [SG509]
     at: operation 1
     hint: Add a new column, fill it in batches, switch the code over, drop the old one.
  ❌ Column 'shop_order.note' is dropped: the old code still selects it [SG540]
     at: operation 2
     hint: Deploy code without the field first, its state removed; drop the column after.

Not judged:
  SG571, SG583: no database was asked

No table's size is known, so each severity is the usual one; 'lint' against the database knows them.

❌ Migration lint failed (2 migrations): 1 error, 1 info, 2 rules not judged
"""  # noqa: E501


@pytest.fixture(scope="module")
def made(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with an app whose second migration is pending."""
    path = tmp_path_factory.mktemp("shop") / "project"
    shutil.copytree(migrated, path)
    project = Project(path, environment(path))
    folder = project.path / "shop" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(INITIAL, encoding="utf-8")
    with (project.path / "project_settings.py").open("a", encoding="utf-8") as file:
        file.write("INSTALLED_APPS.append('shop')\n")
    done = project.python("-m", "django", "migrate", "-v", "0")
    assert done.returncode == 0, done.stderr
    (folder / "0002_change.py").write_text(CHANGE, encoding="utf-8")
    return project


@pytest.fixture
def shop(made: Project, tmp_path: Path) -> Project:
    """Return such a project, to be changed at will."""
    path = tmp_path / "project"
    shutil.copytree(made.path, path)
    return Project(path, environment(path))


def told(shop: Project, *words: str) -> dict[str, object]:
    """Return the JSON of a run, which must fit its schema."""
    done = shop.run("lint", "--format", "json", *words)
    document = json.loads(done.stdout)
    package = Path(django_schemaguard.__file__).parent
    schema = package / "reporters" / "lint-1.schema.json"
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))
    return document  # type: ignore[no-any-return]


def test_pending_migrations_are_linted(shop: Project) -> None:
    done = shop.run("lint")

    assert done.stderr == ""
    lines = [line for line in done.stdout.splitlines() if "[SG509]" not in line]
    assert "[SG540]" in done.stdout
    assert lines[-1] == "❌ Migration lint failed (1 migration): 1 error, 1 info"
    assert done.returncode == 1


def test_a_history_is_linted_without_a_database(shop: Project) -> None:
    (shop.path / "default.sqlite3").unlink()
    done = shop.run("lint", "--all")

    assert done.stdout == TEXT
    assert done.returncode == 1
    assert not (shop.path / "default.sqlite3").exists()


def test_the_json_fits_its_schema(shop: Project) -> None:
    document = told(shop, "--fail-level", "never")

    assert document["summary"] == {
        "status": "fail",
        "error": 1,
        "warning": 0,
        "info": 1,
        "unjudged": 0,
        "waived": 0,
    }
    assert document["findings"][1] == {  # type: ignore[index]
        "code": "SG540",
        "kind": "column_removed",
        "severity": "error",
        "database": "default",
        "migration": "shop.0002_change",
        "operation": 2,
        "table": "shop_order",
        "object": "note",
        "model": "shop.Order",
        "rows": 0,
        "destructive": True,
        "effect": "A column is dropped, or the table of a many-to-many field",
        "message": (
            "Column 'shop_order.note' is dropped: the old code still selects it."
        ),
        "hint": (
            "Deploy code without the field first, its state removed; drop the column"
            " after."
        ),
    }


def test_waivers_of_the_settings(shop: Project) -> None:
    shop.configure(
        {
            "ALLOW": [
                {"code": "SG540", "migration": "shop.0002_*", "reason": "moved"},
                {"code": "SG541", "reason": "nothing"},
                {"code": "SG520", "reason": "not judged on SQLite"},
            ]
        }
    )
    done = shop.run("lint", "--all")

    assert done.returncode == 0
    assert "[SG540]" not in done.stdout
    assert "Waiver ALLOW[1] (code 'SG541') fits no finding [SG901]" in done.stdout
    assert "ALLOW[2]" not in done.stdout
    summary = "1 warning, 1 info, 2 rules not judged, 1 waived"
    assert done.stdout.splitlines()[-1].endswith(f"(2 migrations): {summary}")


@pytest.mark.slow
def test_what_a_branch_changes(shop: Project) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("Git is not installed")

    def run(*words: str) -> None:
        name = ("-c", "user.name=A", "-c", "user.email=a@b")
        subprocess.run(
            [git, *name, *words], cwd=shop.path, check=True, capture_output=True
        )

    change = shop.path / "shop" / "migrations" / "0002_change.py"
    text = change.read_text(encoding="utf-8")
    change.unlink()
    run("init", "-q", "-b", "main")
    run("add", "shop")
    run("commit", "-qm", "One")
    assert "(0 migrations)" in shop.run("lint", "--since", "main").stdout
    change.write_text(text, encoding="utf-8")
    new = shop.run("lint", "--since", "main")
    assert "(1 migration)" in new.stdout
    assert new.returncode == 1
    run("add", "shop")
    run("commit", "-qm", "Two")
    github = shop.run("lint", "--since", "HEAD~1", "--format", "github").stdout
    place = "file=shop/migrations/0002_change.py,line=8"
    assert f"::error {place},title=SG540 column_removed (default)::" in github
    unknown = shop.run("lint", "--since", "nowhere")
    assert unknown.returncode == 2
    assert "Git has no revision 'nowhere' that HEAD comes from." in unknown.stderr


def test_an_unreachable_database(shop: Project) -> None:
    done = shop.run("lint", "--database", "absent")

    assert done.returncode == 2
    assert "Or lint without a database: --all, or --since REVISION." in done.stdout
    assert not (shop.path / "absent.sqlite3").exists()


def test_all_and_since_exclude_each_other() -> None:
    with pytest.raises(CommandError, match=r"Give --all or --since\.") as caught:
        call_command("schemaguard", "lint", all=True, since="main")

    assert caught.value.returncode == 2


def test_packages_of_others_are_left_out_unless_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("schemaguard", "lint", "contenttypes", all=True, fail_level="never")
    named = capsys.readouterr().out
    call_command("schemaguard", "lint", all=True, fail_level="never", verbosity=2)
    own = capsys.readouterr().out

    assert "contenttypes.0002_remove_content_type_name" in named
    assert "\n  orders.0001_initial\n" in own
    assert "\n  contenttypes.0001_initial\n" not in own
