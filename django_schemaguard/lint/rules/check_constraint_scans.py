"""SG531: a check that makes the server read all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import AddConstraint
from django.db.models import CheckConstraint

from django_schemaguard.core.lint import Work
from django_schemaguard.lint.rule import BY_DATA, ERROR, WARNING, Found, operation_rule
from django_schemaguard.lint.violators import check_violators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG531",
    WARNING,
    "Use AddConstraintNotValid, and ValidateConstraint in the next migration.",
    layers=BY_DATA,
)
def check_constraint_scans(site: Site) -> Iterator[Found]:
    """A check constraint is added and verified at once.

    Why it matters:
        PostgreSQL reads all rows while nobody reads or writes the table. MariaDB
        copies the table, which for a million rows took half a minute. Rows that
        break it make it fail, on every server; that is told where there is a
        database.

    Fix:
        On PostgreSQL, ``AddConstraintNotValid`` from
        ``django.contrib.postgres.operations``, and ``ValidateConstraint`` in the
        next migration, which lets others read and write.
    """
    operation = site.plain(AddConstraint)
    if operation is None or not isinstance(operation.constraint, CheckConstraint):
        return
    model = site.model(operation.model_name)
    table = site.existing(model)
    if model is None or table is None:
        return
    name = operation.constraint.name
    if site.live is not None and check_violators(site, operation.constraint, model):
        yield Found(
            f"Check '{name}' on '{table.name}' fails: rows break it.",
            "Mend the rows that break it first.",
            table=table,
            object=name,
            severity=ERROR,
            certain=True,
        )
    elif site.vendor == "postgresql":
        yield Found(
            f"Check '{name}' on '{table.name}' reads all rows under an exclusive lock.",
            table=table,
            object=name,
            work=Work.SCAN,
        )
    elif site.vendor == "mysql":
        yield Found(
            f"Check '{name}' makes the server copy '{table.name}'.",
            "Run it when nobody writes, or with an online schema change tool.",
            table=table,
            object=name,
            work=Work.REWRITE,
        )
