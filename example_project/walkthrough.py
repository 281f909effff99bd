"""The steps of the demo: migrate, validate, damage, validate, mend, validate.

It works only in a database that is empty or holds nothing but this shop, drops only
empty tables, and puts them back.
"""

import os
import subprocess
import sys
from pathlib import Path

import django
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import Error as DatabaseError

MANAGE = Path(__file__).resolve().parent / "manage.py"
REQUIRED = "catalogue_review"
OPTIONAL = "rate_limit_violations"
OPTIONAL_SQL = (
    f"CREATE TABLE {OPTIONAL} "
    "(address varchar(45) NOT NULL PRIMARY KEY, violations integer NOT NULL)"
)


class Refused(Exception):
    """The database is not one to play in, or a step did not go as it should."""


def main():
    """Walk through the steps; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_site.settings")
    django.setup()
    connection = connections[DEFAULT_DB_ALIAS]
    say(f"Database: {connection.settings_dict['NAME']} ({connection.display_name})")
    try:
        refuse_foreign_tables(connection)
        walk(connection)
    except Refused as error:
        print(f"\nStopped: {error}", file=sys.stderr)
        return 2
    except DatabaseError as error:
        print(f"\nStopped: the database says: {error}", file=sys.stderr)
        return 2
    say("That was it. The database is as the migrations made it; go on with")
    print(f"  {sys.executable} {MANAGE} schemaguard validate")
    return 0


def walk(connection):
    say("1. Migrate, then validate: the database is what the migrations promise.")
    manage("schemaguard", "migrate", "--verbosity", "0", expect=0)
    refuse_rows(connection)
    manage("schemaguard", "validate", expect=0)
    damage_and_mend(connection)
    say("5. All is there again: validate is content.")
    manage("schemaguard", "validate", expect=0)


def damage_and_mend(connection):
    """Show what is said and done about missing tables; always put them back."""
    review = apps.get_model("catalogue", "Review")
    try:
        say(f"2. Drop {OPTIONAL}, which the settings call optional: a warning.")
        execute(connection, f"DROP TABLE {OPTIONAL}")
        manage("schemaguard", "validate", expect=0)
        execute(connection, OPTIONAL_SQL)
        say(f"3. Drop {REQUIRED}, which a model needs: an error, exit code 1.")
        with connection.schema_editor() as editor:
            editor.delete_model(review)
        manage("schemaguard", "validate", expect=1)
        say("4. Let it be mended: auto_fix adds what is missing, and drops nothing.")
        manage("schemaguard", "auto_fix", "--yes", expect=0)
    finally:
        present = set(connection.introspection.table_names())
        if REQUIRED not in present:
            with connection.schema_editor() as editor:
                editor.create_model(review)
        if OPTIONAL not in present:
            execute(connection, OPTIONAL_SQL)


def refuse_foreign_tables(connection):
    """Stop where the database holds anything but the example."""
    introspection = connection.introspection
    known = {
        *introspection.django_table_names(include_views=True),
        *(model._meta.db_table for model in apps.get_models()),
        "django_migrations",
        OPTIONAL,
    }
    foreign = sorted(set(introspection.table_names(include_views=True)) - known)
    if foreign:
        raise Refused(
            f"the database holds tables that are not the example's: "
            f"{', '.join(foreign[:5])}. Give the demo an empty database."
        )


def refuse_rows(connection):
    """Stop where a table that the demo would drop holds rows."""
    for table in (REQUIRED, OPTIONAL):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
            if cursor.fetchone():
                raise Refused(f"{table} holds rows, and the demo would drop it.")


def execute(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def manage(*arguments, expect):
    """Run manage.py as a user would, and show the exit code."""
    print(f"\n$ python manage.py {' '.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, MANAGE, *arguments], check=False)
    print(f"(exit code {done.returncode})", flush=True)
    if done.returncode != expect:
        raise Refused(f"exit code {expect} was expected.")


def say(text):
    print(f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
