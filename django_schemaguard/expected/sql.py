"""Expressions of models as the SQL that Django's schema editor would emit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.sql import Query

from django_schemaguard.core.schema import Expression
from django_schemaguard.expected.likeness import likeness_of_condition

if TYPE_CHECKING:
    from django.db.models import Model

    from django_schemaguard.expected.server import Server


def in_stable_order(node: Any) -> Any:
    """Return a condition whose sets are sorted lists.

    `Q(state__in={...})` compiles in the set's order, which differs from process
    to process.
    """
    if not isinstance(node, Q):
        return node
    children = [_child_in_order(child) for child in node.children]
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    return Q.create(children, node.connector, node.negated)


def _child_in_order(child: Any) -> Any:
    if isinstance(child, tuple):
        lookup, value = child
        if isinstance(value, set | frozenset):
            return lookup, sorted(value, key=repr)
        return child
    return in_stable_order(child)


def condition(server: Server, model: type[Model], node: Any) -> Expression:
    """Return a check or predicate as SQL, compiled once for fields that are alike."""
    key = likeness_of_condition(model, node)
    if key is None:
        return _condition(server, model, node)
    found = server.conditions.get(key)
    if found is None:
        found = server.conditions[key] = _condition(server, model, node)
    return found


def _condition(server: Server, model: type[Model], node: Any) -> Expression:
    query = Query(model=model, alias_cols=False)
    where = query.build_where(in_stable_order(node))
    compiler = query.get_compiler(connection=server.connection)
    sql, params = where.as_sql(compiler, server.connection)
    return Expression(server.fill(sql, params))


def compiled(server: Server, query: Query, resolved: Any) -> str:
    """Return a resolved expression as SQL."""
    compiler = query.get_compiler(connection=server.connection)
    sql, params = compiler.compile(resolved)
    return server.fill(sql, params)


def default(server: Server, field: Any) -> Expression | None:
    """Return the database default of a field; None where it is NULL or absent."""
    if not field.has_db_default():
        return None
    sql, params = server.editor.db_default_sql(field)
    literal = server.features.requires_literal_defaults  # Then it is filled already.
    text = sql if literal else sql % tuple(map(server.sent, params))
    return None if text.strip("() ").upper() == "NULL" else Expression(text)


def generated(server: Server, field: Any) -> Expression | None:
    """Return the expression of a generated column."""
    if not field.generated:
        return None
    sql, params = field.generated_sql(server.connection)
    return Expression(server.fill(sql, params))
