"""What is done about one finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Obstacle, Options, Work, Writer
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.plan import PlannedStep, Refusal

if TYPE_CHECKING:
    from django_schemaguard.backends.repair import Sources
    from django_schemaguard.core.report import Verdict


@dataclass(frozen=True, slots=True)
class Draft:
    """The steps that mend a finding, or why it is left alone."""

    steps: tuple[PlannedStep, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def draft(writer: Writer, found: Sources, verdict: Verdict, options: Options) -> Draft:
    """Return what is done about a finding."""
    finding = verdict.finding
    source = found.of(finding.table)
    if not finding.fixable or source is None:
        reason = "An addition does not mend it."
        return Draft(refusals=(Refusal(verdict, reason, hint=verdict.hint),))
    match finding:
        case MissingTable():
            return _drafted(
                writer, verdict, "create_table", writer.create_table(source)
            )
        case MissingColumn():
            work = writer.add_column(source, finding.column.name, options)
            return _drafted(writer, verdict, "add_column", work)
        case MissingIndex():
            work = writer.add_index(source, finding.index)
            return _drafted(writer, verdict, "add_index", work)
        case _:
            reason = "Nothing is known of how to mend it."
            return Draft(refusals=(Refusal(verdict, reason, hint=verdict.hint),))


def _drafted(
    writer: Writer, verdict: Verdict, kind: str, work: Work | Obstacle
) -> Draft:
    if isinstance(work, Obstacle):
        refusal = Refusal(verdict, work.reason, hint=work.hint, query=work.query)
        return Draft(refusals=(refusal,))
    why = verdict.finding.message
    rows = None if kind == "create_table" else writer.rows(verdict.finding.table)
    return Draft((PlannedStep(kind, verdict, work.stages, why, rows, work.notes),))
