"""Columns, and the checks that stand inside a column definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.schema import Absence, Check, Column, Expression, Identity
from django_schemaguard.expected import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.expected.parameters import Parameters
    from django_schemaguard.expected.server import Server

AUTO_FIELDS = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field that has a column, with what the server makes of it.

    Attributes:
        name: The column's name.
        made: Its type, and what comes with that.
    """

    field: Any
    name: str
    made: Parameters


def stored_fields(server: Server, fields: Iterable[Any]) -> tuple[StoredField, ...]:
    """Return those of a model's fields that have a column."""
    return tuple(_stored(server, fields))


def _stored(server: Server, fields: Iterable[Any]) -> Iterator[StoredField]:
    for field in fields:
        made = server.parameters.of(field)
        if made is not None:
            yield StoredField(field, server.column(field), made)


def column(server: Server, stored: StoredField) -> Column:
    """Return the column of a field."""
    field = stored.field
    identity = stored.made.identity
    generated = sql.generated(server, field)
    return Column(
        name=stored.name,
        type=stored.made.plain_type,
        nullable=_nullable(field, identity),
        default=sql.default(server, field),
        generated=generated,
        stored=generated is not None and bool(getattr(field, "db_persist", False)),
        collation=stored.made.collation,
        comment=_comment(server, field),
        identity=identity,
        field=field.name,
        any_integer=_any_integer(server, field),
    )


def _nullable(field: Any, identity: Identity | None) -> bool:
    if field.primary_key or identity is Identity.SERIAL:
        return False
    return bool(field.generated or field.null)


def _comment(server: Server, field: Any) -> str:
    text = getattr(field, "db_comment", None) or ""
    if not text or not server.features.supports_comments:
        return ""
    # Django sends COMMENT ON with (empty) parameters, which turns %% into %.
    return text if server.mysql else text.replace("%%", "%")


def _any_integer(server: Server, field: Any) -> bool:
    """Return whether a fresh database and a migrated one differ in the width.

    The id of an automatic many-to-many table never follows DEFAULT_AUTO_FIELD. On
    SQLite all automatic ids are one type, so its tables are not remade when the
    key that a foreign key refers to changes its width.
    """
    if field.get_internal_type() in AUTO_FIELDS:
        return bool(field.model._meta.auto_created)  # noqa: SLF001
    if not server.sqlite:
        return False
    while field.remote_field:
        field = field.target_field
        if field.get_internal_type() in AUTO_FIELDS:
            return True
    return False


def checks(server: Server, stored: StoredField) -> Iterator[Check]:
    """Yield the checks that a column definition brings along."""
    if stored.made.check:
        yield Check(
            _check_name(server, stored),
            Expression(stored.made.check),
            absence=_check_absence(server, stored),
        )
    if server.mariadb and stored.made.type == "json" and not stored.made.check:
        text = f"json_valid({server.connection.ops.quote_name(stored.field.column)})"
        yield Check(stored.name, Expression(text))


def _check_name(server: Server, stored: StoredField) -> str:
    if server.postgresql:
        table = server.table(stored.field.model).name
        return server.name(f"{table}_{stored.name}_check")
    return stored.name if server.mysql else ""


def _check_absence(server: Server, stored: StoredField) -> Absence:
    """Return what it means when the check is gone.

    MariaDB drops a column's check whenever Django alters the column. An unsigned
    type refuses negative numbers by itself.
    """
    if not server.mariadb:
        return Absence.REPORTED
    unsigned = stored.made.type.upper().endswith(" UNSIGNED")
    return Absence.ALLOWED if unsigned else Absence.ARTEFACT
