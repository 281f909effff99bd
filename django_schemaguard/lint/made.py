"""What an operation makes: indexes, unique constraints, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AlterField,
    AlterModelTable,
    AlterUniqueTogether,
    CreateModel,
    RenameField,
    RenameModel,
)
from django.db.models import UniqueConstraint

from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.editor import recorder
from django_schemaguard.lint.travel import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

    from django_schemaguard.lint.site import Site


def concurrent_indexes(site: Site) -> Iterator[tuple[TableRef, str]]:
    """Yield (table, name) of each index that is built concurrently."""
    operation: Any = site.operation
    if site.is_a("AddIndexConcurrently"):
        table = site.existing(site.model(operation.model_name))
        if table is not None:
            yield table, operation.index.name
    for one in site.sql:
        name, table_name = one.name_after("INDEX"), one.name_after("ON")
        if one.starts("CREATE") and one.has("CONCURRENTLY") and name and table_name:
            yield TableRef(None, table_name), name


def new_uniques(site: Site) -> Iterator[tuple[TableRef, list[str], str | None, str]]:
    """Yield (table, fields, name, condition as SQL) of each unique constraint.

    What the server does not support, Django does not create. There are no
    fields where it has expressions.
    """
    together = site.plain(AlterUniqueTogether)
    table = site.existing(site.model(together.name)) if together else None
    if together is not None and table is not None:
        for fields in site.gains(together, "unique_together"):
            yield table, list(fields), None, ""
    operation = site.plain(AddConstraint)
    if operation is None or not isinstance(operation.constraint, UniqueConstraint):
        return
    unique: Any = operation.constraint
    model = site.model(operation.model_name)
    table = site.existing(model)
    asked = site.live.connection if site.live else site.travel.connection
    editor = recorder(asked)
    if model is None or table is None or not unique.create_sql(model, editor):
        return
    condition = unique._get_condition_sql(model, editor) or ""  # noqa: SLF001
    yield table, list(unique.fields), unique.name, condition


def columns_of_fields(site: Site, table: TableRef, fields: Iterable[str]) -> list[str]:
    """Return the columns of fields; none where one was not there before."""
    app, _, name = (table.model or "").partition(".")
    try:
        meta: Any = site.before.apps.get_model(app, name)._meta  # noqa: SLF001
    except LookupError:
        return []
    found = [str(meta.get_field(field).column) for field in fields]
    fresh = site.travel.fresh_columns
    return [] if any((table.name, each) in fresh for each in found) else found


def new_names(site: Site) -> Iterator[tuple[str, str]]:
    """Yield ("Table", name) and so on, of all that gets a name from a person."""
    operation: Any = site.operation
    created = site.plain(CreateModel)
    if created is not None:
        model = site.model(created.name)
        yield from _names_of(model) if model is not None else ()
    elif isinstance(operation, RenameModel | AlterModelTable):
        name = getattr(operation, "new_name", None) or operation.name
        model = site.model(name)
        if model is not None:
            yield "Table", table_of(model)
    elif isinstance(operation, AddField | AlterField | RenameField):
        model = site.model(operation.model_name)
        name = getattr(operation, "new_name", None) or operation.name
        field: Any = model and model._meta.get_field(name)  # noqa: SLF001
        if field is not None and getattr(field, "column", None):
            yield "Column", field.column
    elif site.is_a("AddIndex") and site.model(operation.model_name):
        yield "Index", operation.index.name
    elif site.is_a("AddConstraint") and site.model(operation.model_name):
        yield "Constraint", operation.constraint.name


def _names_of(model: type[Model]) -> Iterator[tuple[str, str]]:
    meta = model._meta  # noqa: SLF001
    yield "Table", table_of(model)
    yield from (("Column", str(f.column)) for f in meta.local_concrete_fields)
    yield from (("Index", index.name) for index in meta.indexes)
    yield from (("Constraint", each.name) for each in meta.constraints)
