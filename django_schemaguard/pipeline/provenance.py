"""Join the verdicts on a database with its ledger of changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import DatabaseError

from django_schemaguard.backends.connect import one_line
from django_schemaguard.core.provenance import asked, provenance, wanted
from django_schemaguard.core.schema import Skip

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.report import Verdict
    from django_schemaguard.core.schema import Session

WHAT = "who changed it"


def with_provenance(
    verdicts: tuple[Verdict, ...], connection: BaseDatabaseWrapper, session: Session
) -> tuple[tuple[Verdict, ...], tuple[Skip, ...]]:
    """Return the verdicts with who left each so; a Skip where that may not be read.

    One statement, where there is a ledger and anything to ask it; else none. Call it
    last inside `Backend.bounded`: a failure leaves the transaction unusable.
    """
    about = asked(verdicts)
    if session.ledger is None or not about:
        return verdicts, ()
    if not session.ledger:
        reason = f"Role '{session.role}' may not read the ledger."
        return verdicts, (Skip(None, WHAT, reason),)
    from django_schemaguard.backends.postgresql.ledger_entries import read_about

    try:
        entries = read_about(connection, wanted(it.finding for it in about))
    except DatabaseError as error:
        said = one_line(error, connection).rstrip(".")
        reason = f"The ledger could not be read: {said}."
        return verdicts, (Skip(None, WHAT, reason),)
    found = {it: provenance(it.finding, entries) for it in about}
    return tuple(replace(it, provenance=found.get(it)) for it in verdicts), ()
