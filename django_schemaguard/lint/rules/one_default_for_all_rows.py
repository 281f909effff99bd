"""SG504: a new column whose default is worked out only once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django_schemaguard.lint.fields import column_of
from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


_MODULES = frozenset({"random", "secrets", "uuid"})
_NAMES = frozenset(
    {
        "choice",
        "choices",
        "get_random_string",
        "randint",
        "random",
        "token_bytes",
        "token_hex",
        "token_urlsafe",
        "urandom",
        "uuid1",
        "uuid4",
        "uuid7",
    }
)


@operation_rule(
    "SG504",
    WARNING,
    "Add it nullable, fill each row in a RunPython, then make it unique.",
    layers=BY_DATA,
)
def one_default_for_all_rows(site: Site) -> Iterator[Found]:
    """A column is added that should differ from row to row, and gets one value.

    Why it matters:
        Django calls ``default`` once and writes what it gives into all rows. So each
        gets the same UUID or token; where the column is unique, the migration
        fails. The function is not called; what counts is that it is one of ``uuid``,
        ``secrets`` or ``random``, or uses one.

    Fix:
        Add the column nullable, fill each row with a value of its own, and make it
        unique and NOT NULL after, as "Migrations that add unique fields" in Django's
        documentation shows.
    """
    added = site.added
    if added is None or not added.filled:
        return
    if site.live is not None and site.live.is_empty(added.table):
        return
    if added.field.unique:
        yield Found(
            f"Unique column '{column_of(added)}' gets one value for all rows:"
            " it fails with two.",
            table=added.table,
            object=added.field.column,
            severity=ERROR,
        )
    elif _differs(added.operation.field.default):
        yield Found(
            f"Column '{column_of(added)}' gets one value for all rows, though its"
            " default gives another each time.",
            table=added.table,
            object=added.field.column,
        )


def _differs(default: Any) -> bool:
    function = default.func if isinstance(default, partial) else default
    if not callable(function):
        return False
    if getattr(function, "__module__", None) in _MODULES:
        return True
    code = getattr(function, "__code__", None)
    names = {getattr(function, "__name__", ""), *getattr(code, "co_names", ())}
    return bool(_NAMES & names)
