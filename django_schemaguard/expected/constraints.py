"""Unique, check, exclusion and foreign key constraints of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CheckConstraint, Deferrable, UniqueConstraint

from django_schemaguard.core.schema import (
    Check,
    Deferral,
    Exclusion,
    Expression,
    ForeignKey,
    TableRef,
    Unique,
)
from django_schemaguard.expected.keys import expression_key, field_keys
from django_schemaguard.expected.opaque import is_created, keeps, postgres_class
from django_schemaguard.expected.sql import condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Field, Model

    from django_schemaguard.expected.columns import StoredField
    from django_schemaguard.expected.server import Server

_DEFERRALS = {
    None: Deferral.NOT_DEFERRABLE,
    Deferrable.IMMEDIATE: Deferral.IMMEDIATE,
    Deferrable.DEFERRED: Deferral.DEFERRED,
}


def field_uniques(
    server: Server, model: type[Model], stored: tuple[StoredField, ...]
) -> Iterator[Unique]:
    """Yield the uniques of unique fields and of `unique_together`."""
    for each in stored:
        if each.field.unique and not each.field.primary_key:
            yield _unnamed(server, model, [each.field])
    for names in model._meta.unique_together:  # noqa: SLF001
        yield _unnamed(server, model, _fields(model, names))


def _unnamed(server: Server, model: type[Model], fields: list[Any]) -> Unique:
    name = server.generated_name(model, [field.column for field in fields], "_uniq")
    return Unique(name, field_keys(server, fields))


def _fields(model: type[Model], names: Any) -> list[Any]:
    return [model._meta.get_field(name) for name in names]  # noqa: SLF001


def _columns(server: Server, model: type[Model], names: Any) -> tuple[str, ...]:
    return tuple(server.column(field) for field in _fields(model, names))


def constraints(
    server: Server, model: type[Model]
) -> Iterator[Unique | Check | Exclusion]:
    """Yield what `Meta.constraints` makes on this server."""
    for constraint in model._meta.constraints:  # noqa: SLF001
        made = _constraint(server, model, constraint)
        if made is not None:
            yield made


def _constraint(
    server: Server, model: type[Model], constraint: Any
) -> Unique | Check | Exclusion | None:
    if keeps(constraint, UniqueConstraint, "constraint_sql", "create_sql"):
        return _unique(server, model, constraint)
    if keeps(constraint, CheckConstraint, "constraint_sql", "create_sql"):
        return _check(server, model, constraint)
    if _is_exclusion(server, constraint):
        return _exclusion(server, model, constraint)
    if not is_created(server, model, constraint):
        return None
    name = server.name(constraint.name)
    return Check(name, Expression(""), named=True, opaque=True)


def _unique(server: Server, model: type[Model], it: Any) -> Unique | None:
    if not server.editor._unique_supported(  # noqa: SLF001
        condition=it.condition,
        deferrable=it.deferrable,
        include=it.include,
        expressions=it.expressions,
        nulls_distinct=it.nulls_distinct,
    ):
        return None
    if it.expressions:
        keys = tuple(expression_key(server, model, e) for e in it.expressions)
    else:
        keys = field_keys(server, _fields(model, it.fields), (), it.opclasses)
    plain = not (it.condition or it.include or it.opclasses or it.expressions)
    return Unique(
        server.name(it.name),
        keys,
        named=True,
        condition=condition(server, model, it.condition) if it.condition else None,
        include=_columns(server, model, it.include),
        deferral=_DEFERRALS[it.deferrable],
        nulls_distinct=it.nulls_distinct is not False,
        constraint=plain,
    )


def _check(server: Server, model: type[Model], it: CheckConstraint) -> Check | None:
    if not server.features.supports_table_check_constraints:
        return None
    text = condition(server, model, it.condition)
    return Check(server.name(it.name), text, named=True)


def _is_exclusion(server: Server, constraint: Any) -> bool:
    base = postgres_class("constraints", "ExclusionConstraint")
    if not server.postgresql or base is None:
        return False
    return keeps(constraint, base, "constraint_sql", "create_sql")


def _exclusion(server: Server, model: type[Model], it: Any) -> Exclusion:
    return Exclusion(
        server.name(it.name),
        tuple(expression_key(server, model, e, op) for e, op in it.expressions),
        method=it.index_type.lower(),
        condition=condition(server, model, it.condition) if it.condition else None,
        include=_columns(server, model, it.include),
        deferral=_DEFERRALS[it.deferrable],
    )


def foreign_key(
    server: Server, model: type[Model], stored: StoredField
) -> ForeignKey | None:
    """Return the foreign key of a field; None where it makes none."""
    field: Any = stored.field
    if not field.remote_field or not field.db_constraint:
        return None
    inline = server.editor.sql_create_inline_fk
    if not inline and not server.features.supports_foreign_keys:
        return None
    target_model, target_field = _target(field, inline=bool(inline))
    target = server.table(target_model)
    return ForeignKey(
        _foreign_key_name(server, model, field, target) if not inline else "",
        (stored.name,),
        target,
        (server.column(target_field),),
        on_delete=getattr(field.remote_field.on_delete, "operation", "NO ACTION"),
        deferral=_deferral(inline or server.connection.ops.deferrable_sql()),
        field=field.name,
    )


def _target(field: Any, *, inline: bool) -> tuple[type[Model], Field[Any, Any]]:
    """Return the model and the field referred to, as CREATE TABLE says them.

    The two ways differ for `to_field` on a field that the target inherits.
    """
    if inline:
        model = field.remote_field.model
        return model, model._meta.get_field(field.remote_field.field_name)  # noqa: SLF001
    return field.target_field.model, field.target_field


def _foreign_key_name(
    server: Server, model: type[Model], field: Any, target: TableRef
) -> str:
    end = f"_fk_{target.name}_{field.target_field.column}"
    return server.generated_name(model, [field.column], end)


def _deferral(clause: str) -> Deferral:
    if "INITIALLY DEFERRED" in clause:
        return Deferral.DEFERRED
    return Deferral.IMMEDIATE if "DEFERRABLE" in clause else Deferral.NOT_DEFERRABLE
