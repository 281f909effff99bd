"""SG591: names and types that are often regretted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.made import new_names
from django_schemaguard.lint.rule import BY_SQL, INFO, POSTGRESQL, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site

_RESERVED = """
    all analyse analyze and any array as asc asymmetric authorization binary both case
    cast check collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except
    false fetch for foreign freeze from full grant group having ilike in initially inner
    intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select session_user similar some
    symmetric table tablesample then to trailing true union unique user using variadic
    verbose when where window with
"""


@operation_rule(
    "SG591",
    INFO,
    "Choose another name or type while the table is young.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
    optional=True,
)
def style(site: Site) -> Iterator[Found]:
    """A name is a reserved word, or SQL uses a type that is often regretted.

    Why it matters:
        Django quotes names, people who write SQL by hand do not. ``timestamp``
        without time zone and ``char(n)`` seldom mean what they seem to. It is looked
        for with ``--style`` alone.

    Fix:
        Another name; ``timestamptz`` and ``text``.
    """
    for what, name in new_names(site):
        if what in {"Table", "Column"} and name.lower() in _RESERVED.split():
            yield Found(f"{what} name '{name}' is a reserved word.", object=name)
    for statement in site.old_sql:
        if not (
            statement.starts("CREATE", "TABLE") or statement.starts("ALTER", "TABLE")
        ):
            continue
        if statement.has("TIMESTAMP") and not statement.has("WITH", "TIME", "ZONE"):
            yield Found("SQL uses timestamp without time zone.")
        if statement.has("CHAR", "("):
            yield Found("SQL uses char(n), which is padded with blanks.")
