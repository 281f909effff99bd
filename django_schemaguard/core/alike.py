"""Columns that are plainly the same on both sides, so that no kind looks at them.

Nine of ten columns of a sound database are. A dozen kinds of finding would look at
each of them, one fact at a time; this looks once, at all facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_schemaguard.core.schema import Column


def alike(expected: Column, actual: Column) -> bool:
    """Return whether no kind of finding has anything to say; False says nothing.

    What is compared by more than a glance (expressions, numbering, declared columns)
    is left to the kinds.
    """
    return (
        expected.type == actual.type
        and expected.nullable == actual.nullable
        and expected.collation == actual.collation
        and expected.comment == actual.comment
        and expected.stated is None
        and actual.validated
        and _is_plain(expected)
        and _is_plain(actual)
    )


def _is_plain(column: Column) -> bool:
    return column.default is None and column.generated is None and not column.identity
