"""Which schemas are worked on, in which order, and what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends.connect import connect, one_line
from django_schemaguard.exceptions import DatabaseUnreadable, NotPermitted, UnknownName
from django_schemaguard.tenants import refuse_others, shapes_of
from django_schemaguard.tenants.members import Family, Member, refuse_pooler
from django_schemaguard.tenants.rollout import Group
from django_schemaguard.tenants.shapes import RECORDS
from django_schemaguard.tenants.switching import bounded
from django_schemaguard.tenants.unfinished import JOURNAL, unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.pipeline import Job


def chosen_groups(alias: str, patterns: Sequence[str], job: Job) -> tuple[Group, ...]:
    """Return the schemas whose names fit, those of one shape together; read-only.

    The largest group comes first. The number of statements does not depend on that of
    the schemas, but for one for each 500.

    Raises:
        UnknownName: No schema fits.
        NotPermitted: One of them is that of the connection itself, or a pooler stands
            between.
        SchemaguardError: It is no PostgreSQL database, or cannot be read.
    """
    connection = connections[alias]
    refuse_others(connection)
    connect(connection, job.limits.connect_seconds)
    refuse_pooler(connection)
    found = shapes_of(connection, tuple(patterns), job)
    names = [name for shape in found.shapes for name in shape.schemas]
    path, own = _standing(connection)
    if own in names:
        raise NotPermitted(
            f"Schema '{own}' holds what all share; run the command without --schemas"
            " for it.",
            "Give patterns that fit the others alone.",
        )
    with bounded(connection, job.limits):
        open_runs = _read(connection, names)
    tables = found.tables | {RECORDS, *JOURNAL}
    family = Family(path, tables, found.kinds)
    return tuple(
        Group(tuple(Member(alias, name, family) for name in shape.schemas), open_runs)
        for shape in found.shapes
    )


def is_there(connection: BaseDatabaseWrapper, schema: str) -> bool:
    """Return whether the database has such a schema now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s", [schema]
        )
        return cursor.fetchone() is not None


def one_member(alias: str, schema: str, job: Job) -> Member:
    """Return one schema.

    Raises:
        UnknownName: There is no such schema.
        SchemaguardError: As for `chosen_groups`.
    """
    for group in chosen_groups(alias, [schema], job):
        for member in group.members:
            if member.schema == schema:
                return member
    raise UnknownName(f"Database '{alias}' has no schema '{schema}'.")


def _standing(connection: BaseDatabaseWrapper) -> tuple[str, str | None]:
    """Return the search path of the alias, and the schema that it stands for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_schema()")
        path, own = cursor.fetchone()
    return str(path), own


def _read(connection: BaseDatabaseWrapper, names: list[str]) -> frozenset[str]:
    try:
        return unfinished(connection, names)
    except DatabaseError as error:
        raise DatabaseUnreadable(one_line(error, connection)) from error
