"""The table of a model."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models.fields.composite import CompositePrimaryKey

from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    ForeignKey,
    PrimaryKey,
    Table,
    Unique,
)
from django_schemaguard.expected import columns, constraints, indexes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

    from django_schemaguard.expected.columns import StoredField
    from django_schemaguard.expected.server import Server

T = TypeVar("T")


def table(
    server: Server,
    model: type[Model],
    index_together: Sequence[Sequence[str]] = (),
    fields: Iterable[Any] | None = None,
) -> Table:
    """Return the table that `migrate` makes for a model.

    Args:
        server: The server it is made on.
        model: A managed model with a table of its own.
        index_together: The option of that name, which the model's state has and
            the model has not.
        fields: In the order of the columns; None for the model's own ones.
    """
    if fields is None:
        fields = model._meta.local_fields  # noqa: SLF001
    stored = columns.stored_fields(server, fields)
    declared = tuple(constraints.constraints(server, model))
    ref = server.table(model)
    return Table(
        name=ref.name,
        namespace=ref.namespace,
        model=ref.model,
        columns=tuple(columns.column(server, each) for each in stored),
        primary_key=_primary_key(server, model, stored),
        foreign_keys=_foreign_keys(server, model, stored),
        uniques=_by_name(
            (
                *constraints.field_uniques(server, model, stored),
                *(it for it in declared if isinstance(it, Unique)),
            )
        ),
        checks=_by_name(
            (
                *(check for each in stored for check in columns.checks(server, each)),
                *(it for it in declared if isinstance(it, Check)),
            )
        ),
        exclusions=_by_name(it for it in declared if isinstance(it, Exclusion)),
        indexes=_by_name(
            (
                *(
                    i
                    for each in stored
                    for i in indexes.field_indexes(server, model, each)
                ),
                *indexes.together_indexes(server, model, index_together),
                *indexes.meta_indexes(server, model),
            )
        ),
        comment=_comment(server, model),
    )


def _foreign_keys(
    server: Server, model: type[Model], stored: tuple[StoredField, ...]
) -> tuple[ForeignKey, ...]:
    found = (constraints.foreign_key(server, model, each) for each in stored)
    return tuple(sorted(filter(None, found), key=attrgetter("columns")))


def _by_name(things: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(things, key=attrgetter("name")))


def _primary_key(
    server: Server, model: type[Model], stored: tuple[StoredField, ...]
) -> PrimaryKey | None:
    key: Any = model._meta.pk  # noqa: SLF001
    if isinstance(key, CompositePrimaryKey):
        return PrimaryKey("", tuple(server.name(name) for name in key.columns))
    names = tuple(each.name for each in stored if each.field.primary_key)
    return PrimaryKey("", names) if names else None


def _comment(server: Server, model: type[Model]) -> str:
    text = model._meta.db_table_comment or ""  # noqa: SLF001
    if not text or not server.features.supports_comments:
        return ""
    # Django sends it with (empty) parameters, which turns %% into %.
    return text.replace("%%", "%")
