"""Columns, and the checks that stand inside a column definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.schema import Absence, Check, Column, Expression, Identity
from django_schemaguard.expected import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.expected.server import Server

AUTO_FIELDS = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
# Types that some projects still spell out on PostgreSQL.
_SERIALS = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field that has a column, with what the server makes of it.

    Attributes:
        name: The column's name.
        type: Django's spelling, whole.
        check: A check inside the column definition; None where there is none.
        collation: None where the column takes the server's own.
    """

    field: Any
    name: str
    type: str
    check: str | None
    collation: str | None


def stored_fields(server: Server, fields: Iterable[Any]) -> tuple[StoredField, ...]:
    """Return those of a model's fields that have a column."""
    return tuple(_stored(server, fields))


def _stored(server: Server, fields: Iterable[Any]) -> Iterator[StoredField]:
    for field in fields:
        facts: dict[str, Any] = dict(field.db_parameters(server.connection))
        if facts["type"] is not None:
            yield StoredField(
                field,
                server.column(field),
                facts["type"],
                facts["check"],
                facts.get("collation"),
            )


def column(server: Server, stored: StoredField) -> Column:
    """Return the column of a field."""
    field = stored.field
    kind, identity = _numbering(server, stored)
    generated = sql.generated(server, field)
    return Column(
        name=stored.name,
        type=kind,
        nullable=_nullable(field, identity),
        default=sql.default(server, field),
        generated=generated,
        stored=generated is not None and bool(getattr(field, "db_persist", False)),
        collation=_collation(server, stored),
        comment=_comment(server, field),
        identity=identity,
        field=field.name,
        any_integer=_any_integer(server, field),
    )


def _nullable(field: Any, identity: Identity | None) -> bool:
    if field.primary_key or identity is Identity.SERIAL:
        return False
    return bool(field.generated or field.null)


def _numbering(server: Server, stored: StoredField) -> tuple[str, Identity | None]:
    """Return the type without its automatic numbering, and that numbering."""
    if server.postgresql:
        plain = _SERIALS.get(stored.type.lower())
        if plain is not None:
            return plain, Identity.SERIAL
    if server.mysql and stored.type.upper().endswith(" AUTO_INCREMENT"):
        return stored.type[: -len(" AUTO_INCREMENT")], Identity.AUTOINCREMENT
    suffix = stored.field.db_type_suffix(server.connection) or ""
    if "IDENTITY" in suffix:
        always = suffix.startswith("GENERATED ALWAYS")
        return stored.type, Identity.ALWAYS if always else Identity.BY_DEFAULT
    if "AUTOINCREMENT" in suffix:
        return stored.type, Identity.AUTOINCREMENT
    return stored.type, None


def _collation(server: Server, stored: StoredField) -> str | None:
    if server.mariadb and stored.type == "json":
        return "utf8mb4_bin"  # MariaDB's json is a longtext of this collation.
    if server.sqlite and (stored.collation or "").upper() == "BINARY":
        return None  # What a column has that names none.
    return stored.collation


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
    if stored.check:
        yield Check(
            _check_name(server, stored),
            Expression(stored.check),
            absence=_check_absence(server, stored),
        )
    if server.mariadb and stored.type == "json" and not stored.check:
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
    unsigned = stored.type.upper().endswith(" UNSIGNED")
    return Absence.ALLOWED if unsigned else Absence.ARTEFACT
