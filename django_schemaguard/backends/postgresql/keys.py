"""The keys of indexes, unique and exclusion constraints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django_schemaguard.core.schema import Expression, Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.postgresql.rows import (
        AttributeRow,
        Catalog,
        IndexRow,
        OperatorClassRow,
    )

_NONE = "0"  # InvalidOid
_DESCENDING = 1
_NULLS_FIRST = 2


class _Told(NamedTuple):
    """What the catalog tells of one key of an index, its column or text aside."""

    method: str
    order: str
    operator_class: str
    collation: str
    operator: str | None
    options: str | None


@dataclass(frozen=True, slots=True)
class KeyReader:
    """Reads the keys of an index; column keys that are told alike become one value.

    Attributes:
        attributes: By relation and number.
        operator_classes: By oid.
        exact_defaults: (access method, type): the default operator class.
        collations: Names by oid.
        options: Operator class parameters by index and number.
        made: The keys of columns made so far.
    """

    attributes: dict[str, dict[int, AttributeRow]]
    operator_classes: dict[str, OperatorClassRow]
    exact_defaults: dict[tuple[str, str], str]
    collations: dict[str, str]
    options: dict[tuple[str, int], str]
    made: dict[tuple[_Told, str, str, str], Key] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        attributes: dict[str, dict[int, AttributeRow]],
        collations: dict[str, str],
    ) -> KeyReader:
        """Return the reader for one catalog."""
        return cls(
            attributes,
            {row.oid: row for row in catalog.operator_classes},
            {
                (row.method_oid, row.type_oid): row.oid
                for row in catalog.operator_classes
                if row.default
            },
            collations,
            {
                (row.oid, number): ", ".join(options)
                for row in catalog.indexes
                for number, options in row.key_options or ()
            },
        )

    def keys(self, index: IndexRow, problem: str | None) -> tuple[Key, ...]:
        """Return the keys in order; `problem` is why expressions were not printed."""
        columns = self.attributes[index.relation]
        expressions = _expressions(index, problem)
        return tuple(
            self._of_expression(told, *next(expressions))
            if number == _NONE
            else self._of_column(told, columns[int(number)])
            for number, told in self._told(index)
        )

    def include(self, index: IndexRow) -> tuple[str, ...]:
        """Return the covering columns in order."""
        columns = self.attributes[index.relation]
        numbers = index.keys.split()[index.key_count :]
        return tuple(columns[int(number)].name for number in numbers)

    def _told(self, index: IndexRow) -> Iterator[tuple[str, _Told]]:
        """Yield the number of each key, 0 for an expression, and what is told of it.

        Covering columns stand behind the keys among the numbers alone.
        """
        orders, classes = index.orders.split(), index.operator_classes.split()
        collations = index.collations.split()
        numbers = index.keys.split()[: index.key_count]
        for at, number in enumerate(numbers):
            operator = index.operators[at] if index.operators else None
            options = self.options.get((index.oid, at + 1))
            yield (
                number,
                _Told(
                    index.method_oid,
                    orders[at],
                    classes[at],
                    collations[at],
                    operator,
                    options,
                ),
            )

    def _of_column(self, told: _Told, column: AttributeRow) -> Key:
        key = (told, column.name, column.type_oid, column.collation)
        found = self.made.get(key)
        if found is None:
            own = told.collation in {_NONE, column.collation}
            collation = None if own else self.collations[told.collation]
            opclass = self._operator_class(told, column.type_oid)
            found = self.made[key] = Key(
                column.name, None, *_order(told), *opclass, collation, told.operator
            )
        return found

    def _of_expression(
        self, told: _Told, expression: Expression, collation: str | None
    ) -> Key:
        opclass = self._operator_class(told, None)
        return Key(None, expression, *_order(told), *opclass, collation, told.operator)

    def _operator_class(
        self, told: _Told, type_oid: str | None
    ) -> tuple[str | None, str | None]:
        """Return (name, None), or (None, name) where it is the type's default."""
        found = self.operator_classes[told.operator_class]
        if told.options:
            return f"{found.name}({told.options})", None
        exact = type_oid and self.exact_defaults.get((told.method, type_oid))
        if found.default and exact in {None, found.oid}:
            return None, found.name
        return found.name, None


def _order(told: _Told) -> tuple[bool, bool | None]:
    """Return whether the key descends, and where NULLs go unless they do anyway."""
    order = int(told.order)
    descending = bool(order & _DESCENDING)
    nulls_first = bool(order & _NULLS_FIRST)
    return descending, None if nulls_first == descending else nulls_first


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
