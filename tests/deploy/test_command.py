"""What `manage.py migrate` does beside the migrations, through our command."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, NOTE_MODEL, ORDER, PRICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.conftest import Site

AUTH = "django.contrib.auth"
ROUTER = """\
    class Router:
        def allow_migrate(self, db, app_label, model_name=None, **hints):
            if app_label == "shop":
                return (model_name == "note") is (db == "notes")
            return None
"""
EARS = """\
    from pathlib import Path

    from django.apps import AppConfig
    from django.db.models.signals import post_migrate, pre_migrate

    class Ears(AppConfig):
        name = "ears"

        def ready(self):
            pre_migrate.connect(self.hear, sender=self)
            post_migrate.connect(self.hear, sender=self)

        def hear(self, sender, signal, using, **_):
            name = "pre" if signal is pre_migrate else "post"
            with (Path(__file__).parent / "heard").open("a") as file:
                file.write(f"{name} {using}\\n")
"""
PERSON = """\
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db import models

    class Person(AbstractBaseUser):
        name = models.CharField(max_length=20, unique=True)
        USERNAME_FIELD = "name"
"""
PERSON_MIGRATION = """\
    from django.db import migrations, models

    class Migration(migrations.Migration):
        initial = True
        operations = [
            migrations.CreateModel("Person", [
                ("id", models.BigAutoField(primary_key=True)),
                ("password", models.CharField("password", max_length=128)),
                ("last_login", models.DateTimeField(
                    "last login", blank=True, null=True)),
                ("name", models.CharField(max_length=20, unique=True)),
            ], options={"abstract": False, "swappable": "AUTH_USER_MODEL"}),
        ]
"""
OWNED = """migrations.CreateModel("Owned", [
    ("id", models.BigAutoField(primary_key=True)),
    ("owner", models.ForeignKey("zoo.Person", models.CASCADE)),
])"""
LOOSE = """\
    from django.db import models

    class Loose(models.Model):
        name = models.CharField(max_length=20, db_index=True)
"""


@pytest.fixture
def notes(site: Site) -> Iterator[sqlite3.Connection]:
    """Give the site a second database, which a router keeps the notes in."""
    file = site.folder / "notes.sqlite3"
    engine = "django.db.backends.sqlite3"
    site.databases["notes"] = {"ENGINE": engine, "NAME": str(file)}
    site.add("routing.py", ROUTER)
    site.settings["DATABASE_ROUTERS"] = ["routing.Router"]
    site.write("0001_initial", ITEM, NOTE_MODEL)
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def shop_tables(notes: sqlite3.Connection) -> list[tuple[str]]:
    """Return the tables of the shop in the second database."""
    sql = "SELECT name FROM sqlite_master WHERE tbl_name LIKE 'shop%'"
    return notes.execute(sql).fetchall()


@pytest.mark.slow
@servers("sqlite", "postgresql")
@pytest.mark.parametrize(
    "chosen",
    [("--all-databases",), ("--database", "default", "--database", "notes")],
    ids=["all", "named"],
)
def test_each_database_gets_what_the_router_gives_it(
    site: Site, notes: sqlite3.Connection, chosen: tuple[str, ...]
):
    code, said = site.command("migrate", *chosen)

    assert (code, "Migrated database 'notes'" in said) == (0, True), said
    assert site.tables == {"shop_item"}
    assert shop_tables(notes) == [("shop_note",)]
    assert site.recorded == ["0001_initial"]
    assert notes.execute(
        "SELECT name FROM django_migrations WHERE app = 'shop'"
    ).fetchall() == [("0001_initial",)]


@servers("sqlite")
def test_without_a_choice_the_default_database_is_migrated_alone(
    site: Site, notes: sqlite3.Connection
):
    code, said = site.command("migrate")

    assert (code, site.tables, shop_tables(notes)) == (0, {"shop_item"}, []), said


@servers("sqlite")
def test_a_database_that_fails_keeps_the_next_from_being_touched(
    site: Site, notes: sqlite3.Connection
):
    site.write("0002_wrong", 'RunSQL("SELECT nothing FROM nowhere")')

    code, said = site.command("migrate", "--all-databases")

    assert (code, shop_tables(notes)) == (3, []), said


@servers("sqlite", "mariadb")
def test_signals_content_types_and_permissions_come_once(site: Site):
    site.add("ears/apps.py", EARS)
    site.add("ears/models.py", "")  # Without, Django sends the app no signal.
    site.apps += [AUTH, "ears.apps.Ears"]
    site.write("0001_initial", ITEM)

    code, said = site.command("migrate")

    assert code == 0, said
    heard = site.folder / "ears" / "heard"
    assert heard.read_text().splitlines() == ["pre default", "post default"]
    assert site.rows(
        "SELECT codename FROM auth_permission JOIN django_content_type"
        " ON content_type_id = django_content_type.id"
        " WHERE app_label = 'shop' ORDER BY codename"
    ) == [("add_item",), ("change_item",), ("delete_item",), ("view_item",)]


@servers("postgresql")
def test_run_syncdb_makes_the_tables_of_apps_without_migrations(site: Site):
    site.add("loose/models.py", LOOSE)
    site.apps.append("loose")
    site.write("0001_initial", ITEM)

    code, said = site.command("migrate")
    names = site.connection.introspection.table_names()
    assert "loose_loose" not in names
    code, said = site.command("migrate", "--run-syncdb")

    assert code == 0, said
    names = site.connection.introspection.table_names()
    assert "loose_loose" in names
    assert site.columns("loose_loose") == {"id", "name"}
    assert not [name for name in site.recorded if "loose" in name]


@servers("postgresql")
def test_a_swapped_user_comes_before_what_depends_on_it(site: Site):
    site.add("zoo/models.py", PERSON)
    site.add("zoo/migrations/0001_initial.py", PERSON_MIGRATION)
    site.apps += [AUTH, "zoo"]
    site.settings["AUTH_USER_MODEL"] = "zoo.Person"
    site.write("0001_initial", OWNED)
    path = site.folder / site.module / "0001_initial.py"
    needs = 'dependencies = [migrations.swappable_dependency("zoo.Person")]'
    path.write_text(path.read_text().replace("dependencies = []", needs))

    code, said = site.command("migrate")

    assert code == 0, said
    with site.connection.cursor() as cursor:
        found = site.connection.introspection.get_relations(cursor, "shop_owned")
    assert [relation[1] for relation in found.values()] == ["zoo_person"]
    assert said.index("zoo.0001_initial") < said.index("shop.0001_initial")
    assert "auth_user" not in site.connection.introspection.table_names()


@servers("mariadb")
def test_an_app_goes_back_to_a_migration_and_to_zero(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.write("0003_order", ORDER)
    site.migrate()

    code, said = site.command("migrate", "shop", "0001")
    assert (code, site.recorded) == (0, ["0001_initial"]), said
    assert "✅ Unapplied 2 migrations of database 'default' (run 2, " in said
    assert said.index("shop.0003_order: unapplied") < said.index("shop.0002_price: un")
    assert (site.tables, site.columns("shop_item")) == ({"shop_item"}, {"id", "name"})

    code, said = site.command("migrate", "shop", "zero")
    assert (code, site.recorded, site.tables) == (0, [], set()), said


@servers("sqlite")
def test_fake_records_forwards_and_backwards(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)

    code, said = site.command("migrate", "shop", "--fake")
    assert (site.recorded, site.tables) == (["0001_initial", "0002_price"], set()), said
    assert "shop.0002_price: recorded" in said

    code, said = site.command("migrate", "shop", "0001", "--fake")
    assert (site.recorded, site.tables) == (["0001_initial"], set()), (code, said)
    assert "The migrations are recorded as unapplied, but the database is not" in said
