"""The columns of a table, and how they come by their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.backends.postgresql.types import canonical_type
from django_schemaguard.core.schema import Column, Expression, Identity

if TYPE_CHECKING:
    from django_schemaguard.backends.postgresql.rows import AttributeRow

_IDENTITIES = {"a": Identity.ALWAYS, "d": Identity.BY_DEFAULT}
_NO_DEFAULT = re.compile(r"NULL(?:::.+)?\Z", re.DOTALL)
_NEXT_VALUE = re.compile(r"nextval\(.+::regclass\)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """Reads the columns of one catalog; what is told alike becomes one value.

    Attributes:
        collations: Names by oid.
        made: What was made of each row, without the number and the table.
    """

    collations: dict[str, str]
    made: dict[tuple[object, ...], Column] = field(default_factory=dict)

    def columns(
        self, rows: list[AttributeRow], unsure: frozenset[int], problem: str | None
    ) -> tuple[Column, ...]:
        """Return the columns in the order of the rows.

        Args:
            rows: One for each column.
            unsure: Numbers of the columns whose NOT NULL is not validated.
            problem: Why expressions were not printed.
        """
        return tuple(self._column(row, row.number in unsure, problem) for row in rows)

    def _column(
        self,
        row: AttributeRow,
        unsure: bool,  # noqa: FBT001  A part of the key.
        problem: str | None,
    ) -> Column:
        key = (row[2:], unsure, problem)
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = self._made(row, unsure=unsure, problem=problem)
        return found

    def _made(self, row: AttributeRow, *, unsure: bool, problem: str | None) -> Column:
        default, identity = _default(row)
        own_collation = row.collation not in {"0", row.type_collation}
        return Column(
            row.name,
            canonical_type(row.type),
            nullable=not row.not_null,
            default=default,
            generated=printed(row.expression, problem) if row.generated else None,
            stored=row.generated == "s",
            collation=self.collations[row.collation] if own_collation else None,
            comment=row.comment or "",
            identity=identity,
            validated=not unsure,
        )


def _default(row: AttributeRow) -> tuple[Expression | None, Identity | None]:
    identity = _IDENTITIES.get(row.identity)
    if row.generated or row.expression is None:
        return None, identity
    if _NO_DEFAULT.match(row.expression):
        return None, identity
    default = Expression(row.expression)
    if not _NEXT_VALUE.match(row.expression):
        return default, identity
    # A copied table numbers its rows by a sequence of another one, and a model may
    # name such a sequence in db_default: both facts are told then.
    return None if row.owns_sequence else default, Identity.SERIAL


def printed(text: str | None, problem: str | None) -> Expression:
    """Return the expression that the server printed, or why it did not."""
    if text is None:
        return Expression("", problem=problem or "the server did not print it")
    return Expression(text)
