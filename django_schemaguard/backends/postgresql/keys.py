"""The keys of indexes, unique and exclusion constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.core.schema import Expression, Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.postgresql.catalog import (
        AttributeRow,
        Catalog,
        IndexRow,
        OperatorClassRow,
    )

_NONE = "0"  # InvalidOid
_DESCENDING = 1
_NULLS_FIRST = 2


@dataclass(frozen=True, slots=True)
class KeyReader:
    """Reads the keys of an index.

    Attributes:
        attributes: By relation and number.
        operator_classes: By oid.
        exact_defaults: (access method, type): the default operator class.
        collations: Names by oid.
        options: Operator class parameters by index and number.
    """

    attributes: dict[tuple[str, int], AttributeRow]
    operator_classes: dict[str, OperatorClassRow]
    exact_defaults: dict[tuple[str, str], str]
    collations: dict[str, str]
    options: dict[tuple[str, int], list[str]]

    @classmethod
    def of(cls, catalog: Catalog, collations: dict[str, str]) -> KeyReader:
        """Return the reader for one catalog."""
        return cls(
            {(row.relation, row.number): row for row in catalog.attributes},
            {row.oid: row for row in catalog.operator_classes},
            {
                (row.method_oid, row.type_oid): row.oid
                for row in catalog.operator_classes
                if row.default
            },
            collations,
            {(row.index_oid, row.number): row.options for row in catalog.key_options},
        )

    def keys(self, index: IndexRow, problem: str | None) -> tuple[Key, ...]:
        """Return the keys in order; `problem` is why expressions were not printed."""
        expressions = _expressions(index, problem)
        return tuple(
            self._key(index, position, expressions)
            for position in range(index.key_count)
        )

    def include(self, index: IndexRow) -> tuple[str, ...]:
        """Return the covering columns in order."""
        numbers = index.keys.split()[index.key_count :]
        return tuple(
            self.attributes[index.relation, int(number)].name for number in numbers
        )

    def _key(
        self,
        index: IndexRow,
        position: int,
        expressions: Iterator[tuple[Expression, str | None]],
    ) -> Key:
        number = int(index.keys.split()[position])
        column = self.attributes[index.relation, number] if number else None
        if column is not None:
            expression, collation = None, self._collation(index, position, column)
        else:
            expression, collation = next(expressions)
        opclass, default_opclass = self._operator_class(index, position, column)
        order = int(index.orders.split()[position])
        descending = bool(order & _DESCENDING)
        nulls_first = bool(order & _NULLS_FIRST)
        return Key(
            column=column.name if column else None,
            expression=expression,
            descending=descending,
            nulls_first=None if nulls_first == descending else nulls_first,
            opclass=opclass,
            default_opclass=default_opclass,
            collation=collation,
            operator=index.operators[position] if index.operators else None,
        )

    def _collation(
        self, index: IndexRow, position: int, column: AttributeRow
    ) -> str | None:
        oid = index.collations.split()[position]
        if oid in {_NONE, column.collation}:
            return None
        return self.collations[oid]

    def _operator_class(
        self, index: IndexRow, position: int, column: AttributeRow | None
    ) -> tuple[str | None, str | None]:
        """Return (name, None), or (None, name) where it is the type's default."""
        found = self.operator_classes[index.operator_classes.split()[position]]
        options = self.options.get((index.oid, position + 1))
        if options:
            return f"{found.name}({', '.join(options)})", None
        exact = column and self.exact_defaults.get((index.method_oid, column.type_oid))
        if found.default and exact in {None, found.oid}:
            return None, found.name
        return found.name, None


def _expressions(
    index: IndexRow, problem: str | None
) -> Iterator[tuple[Expression, str | None]]:
    """Yield the expression keys, each with the collation written after it."""
    if index.expressions is None:
        while True:
            yield Expression("", problem=problem), None
    # Printed alone, a key lacks its collation; the whole definition has it, but
    # only where it differs from the expression's own.
    definition = index.definition or ""
    start = max(definition.find(f" USING {index.method} ("), 0)
    for text in index.expressions:
        start = definition.index(text, start) + len(text)
        yield Expression(text), _collation_at(definition, start)


def _collation_at(definition: str, start: int) -> str | None:
    rest = definition[start:]
    if not rest.startswith(" COLLATE "):
        return None
    return read_name(rest.removeprefix(" COLLATE "))


def read_name(text: str) -> str:
    """Return the name that the text starts with, unquoted, schema.name if dotted."""
    parts = []
    while True:
        part, text = _identifier(text)
        parts.append(part)
        if not text.startswith("."):
            return ".".join(parts)
        text = text[1:]


def _identifier(text: str) -> tuple[str, str]:
    if not text.startswith('"'):
        end = next(
            (i for i, sign in enumerate(text) if not (sign.isalnum() or sign in "_$")),
            len(text),
        )
        return text[:end], text[end:]
    end = 1
    while text[end : end + 2] == '""' or text[end] != '"':
        end += 2 if text[end : end + 2] == '""' else 1
    return text[1:end].replace('""', '"'), text[end + 1 :]
