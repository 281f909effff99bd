"""Keys of indexes, uniques and exclusions, their wrappers taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Func
from django.db.models.expressions import Col, OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression
from django.db.models.sql import Query

from django_schemaguard.core.schema import Expression, Key
from django_schemaguard.expected.sql import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

    from django_schemaguard.expected.server import Server


def field_keys(
    server: Server,
    fields: Iterable[Any],
    orders: Sequence[str] = (),
    opclasses: Sequence[str] = (),
) -> tuple[Key, ...]:
    """Return the keys of an index on fields.

    Args:
        server: The server.
        fields: In key order.
        orders: "" or "DESC" for each field.
        opclasses: One for each field; only PostgreSQL heeds them.
    """
    ordered = server.features.supports_index_column_ordering
    return tuple(
        Key(
            column=server.column(field),
            descending=bool(ordered and orders and orders[at] == "DESC"),
            opclass=(opclasses[at] or None)
            if opclasses and server.postgresql
            else None,
        )
        for at, field in enumerate(fields)
    )


def expression_key(
    server: Server, model: type[Model], expression: Any, operator: str | None = None
) -> Key:
    """Return the key for an expression; a bare column becomes a column key."""
    root: Any = F(expression) if isinstance(expression, str) else expression
    facts: dict[str, Any] = {"operator": operator}
    wrappers = _wrappers(server)
    while isinstance(root, wrappers):
        facts.update(_facts(server, root))
        root = _inside(root)
    query = Query(model, alias_cols=False)
    column = root.resolve_expression(query)
    if isinstance(column, Col):
        own: Any = column.target.db_parameters(server.connection)
        if facts.get("collation") == own.get("collation"):
            facts.pop("collation", None)
        return Key(column=server.column(column.target), **facts)
    # In parentheses as in CREATE INDEX, so that it compiles to the same text.
    bracketed = Func(root, template="(%(expressions)s)").resolve_expression(query)
    text = compiled(server, query, bracketed)
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return Key(expression=Expression(text), **facts)


def _wrappers(server: Server) -> tuple[type, ...]:
    """Return the classes that stand around a key; apps may register more."""
    wrappers: tuple[type, ...] = tuple(IndexExpression.wrapper_classes)
    if server.features.collate_as_index_expression:
        return tuple(wrapper for wrapper in wrappers if wrapper is not Collate)
    return wrappers


def _inside(wrapper: Any) -> Any:
    return wrapper.get_source_expressions()[0]


def _facts(server: Server, wrapper: Any) -> dict[str, Any]:
    if isinstance(wrapper, Collate):
        named: Any = wrapper
        return {"collation": named.collation}
    if isinstance(wrapper, OrderBy):
        return {
            "descending": wrapper.descending,
            "nulls_first": _nulls_first(wrapper),
        }
    # contrib.postgres registers OpClass, whose module may not be importable.
    return {"opclass": wrapper.extra["name"]} if server.postgresql else {}


def _nulls_first(order: OrderBy) -> bool | None:
    """Return where NULLs go, unless they go there anyway."""
    if order.nulls_first:
        return None if order.descending else True
    if order.nulls_last:
        return False if order.descending else None
    return None
