"""Plain indexes of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Index as DjangoIndex

from django_schemaguard.core.schema import Absence, Index, Key
from django_schemaguard.expected.keys import expression_key, field_keys
from django_schemaguard.expected.opaque import is_created, keeps, postgres_class
from django_schemaguard.expected.sql import condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Model

    from django_schemaguard.expected.columns import StoredField
    from django_schemaguard.expected.server import Server


def field_indexes(
    server: Server, model: type[Model], stored: StoredField
) -> Iterator[Index]:
    """Yield the indexes of an indexed or unique field."""
    field = stored.field
    if field.db_index and not field.unique and _indexable(server, model, stored):
        name = server.generated_name(model, [field.column], "")
        yield Index(name, field_keys(server, [field]))
    if (field.db_index or field.unique) and _has_like_index(server, model, stored):
        yield from _like_index(server, model, stored)


def _indexable(server: Server, model: type[Model], stored: StoredField) -> bool:
    """Return whether the server gets an index from Django for this field.

    InnoDB makes one for each foreign key by itself, and cannot index a whole
    text or blob. Of a server that is not known here, its schema editor knows.
    """
    if not server.mysql:
        asked: Any = server.editor
        return bool(asked._field_should_be_indexed(model, stored.field))  # noqa: SLF001
    field: Any = stored.field
    by_key = server.innodb and field.get_internal_type() == "ForeignKey"
    if by_key and field.db_constraint:
        return False
    limited = getattr(server.connection, "_limited_data_types", ())
    return stored.made.type.lower() not in limited


def _has_like_index(server: Server, model: type[Model], stored: StoredField) -> bool:
    """Return whether PostgreSQL, or an editor like its own, makes one for LIKE."""
    if server.postgresql:
        return True
    make = getattr(server.editor, "_create_like_index_sql", None)
    return make is not None and make(model, stored.field) is not None


def _like_index(
    server: Server, model: type[Model], stored: StoredField
) -> Iterator[Index]:
    """Yield the second index that PostgreSQL needs for LIKE on text."""
    kind = stored.made.type
    if "[" in kind or not kind.startswith(("varchar", "text")):
        return
    field: Any = stored.field
    collation = getattr(field, "db_collation", None)
    if not collation and field.is_relation:
        collation = getattr(field.target_field, "db_collation", None)
    opclass = (
        "varchar_pattern_ops" if kind.startswith("varchar") else "text_pattern_ops"
    )
    name = server.generated_name(model, [field.column], "_like")
    yield Index(
        name,
        (Key(column=stored.name, opclass=opclass),),
        deterministic=collation or None,
        # AlterField from an indexed number to an indexed text makes none.
        absence=Absence.ARTEFACT,
    )


def together_indexes(
    server: Server, model: type[Model], together: Sequence[Sequence[str]]
) -> Iterator[Index]:
    """Yield the indexes of `index_together`, which old migrations still hold."""
    for names in together:
        fields: list[Any] = [model._meta.get_field(name) for name in names]  # noqa: SLF001
        name = server.generated_name(model, [f.column for f in fields], "_idx")
        yield Index(name, field_keys(server, fields))


def meta_indexes(server: Server, model: type[Model]) -> Iterator[Index]:
    """Yield what `Meta.indexes` makes on this server."""
    for index in model._meta.indexes:  # noqa: SLF001
        expressions = index.contains_expressions
        if expressions and not server.features.supports_expression_indexes:
            continue
        if _is_known(index):
            yield _known_index(server, model, index)
        elif is_created(server, model, index):
            yield Index(server.name(index.name), (), named=True, opaque=True)


def _is_known(index: DjangoIndex) -> bool:
    if keeps(index, DjangoIndex, "create_sql"):
        return True
    base = postgres_class("indexes", "PostgresIndex")
    return base is not None and keeps(index, base, "create_sql")


def _known_index(server: Server, model: type[Model], index: Any) -> Index:
    get: Any = model._meta.get_field  # noqa: SLF001
    features = server.features
    if index.expressions:
        keys = tuple(expression_key(server, model, e) for e in index.expressions)
    else:
        keys = field_keys(
            server,
            [get(name) for name, _ in index.fields_orders],
            [order for _, order in index.fields_orders],
            index.opclasses,
        )
    partial = index.condition is not None and features.supports_partial_indexes
    covering = features.supports_covering_indexes
    return Index(
        server.name(index.name),
        keys,
        named=True,
        method=_method(server, index),
        condition=condition(server, model, index.condition) if partial else None,
        include=(
            tuple(server.column(get(name)) for name in index.include)
            if covering
            else ()
        ),
        options=_options(server, index),
    )


def _method(server: Server, index: DjangoIndex) -> str:
    if not server.postgresql or keeps(index, DjangoIndex, "create_sql"):
        return "btree"
    return index.suffix


def _options(server: Server, index: Any) -> tuple[str, ...]:
    """Return storage parameters as `reloptions` prints them."""
    if not server.postgresql or keeps(index, DjangoIndex, "create_sql"):
        return ()
    return tuple(sorted(text.replace(" ", "") for text in index.get_with_params()))
