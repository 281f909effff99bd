"""What is done to something that is there, and lacks a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.backends.repair import Obstacle, Options, Work
from django_schemaguard.core.kinds.comment import Comment
from django_schemaguard.core.kinds.default import Default
from django_schemaguard.core.kinds.identity_missing import IdentityMissing
from django_schemaguard.core.kinds.invalid_index import InvalidIndex
from django_schemaguard.core.kinds.not_validated_constraint import (
    NotValidatedConstraint,
)
from django_schemaguard.core.kinds.nullability import Nullability
from django_schemaguard.core.kinds.pk import WrongPrimaryKey
from django_schemaguard.core.kinds.sequence_behind import SequenceBehind
from django_schemaguard.core.kinds.sequence_missing import SequenceMissing
from django_schemaguard.core.schema import Identity

if TYPE_CHECKING:
    from django_schemaguard.backends.repair import Source
    from django_schemaguard.backends.repair.base import Writer
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Index, Unique

Repair: TypeAlias = tuple[str, Work | Obstacle]
"""The kind of a step, and how it is done or why it is not."""

NO_ADDITION = Obstacle("No addition mends it.")


def change(
    finding: Finding, source: Source, writer: Writer, options: Options
) -> Repair:
    """Return what gives a table, column or index the part that it lacks."""
    match finding:
        case InvalidIndex(declared=True):
            return _index(source, writer, finding.index)
        case NotValidatedConstraint():
            return "validate_constraint", writer.validate(source, finding.constraint)
        case Nullability(stricter=False):
            name = finding.actual_column.name
            return "set_not_null", writer.set_not_null(source, name, options)
        case Default() if finding.fixable:
            name = finding.expected_column.name
            return "set_default", writer.set_default(source, name)
        case Comment() if finding.fixable:
            return "set_comment", writer.set_comment(source, finding.column)
        case _:
            return _numbering(finding, source, writer, options)


def _index(source: Source, writer: Writer, index: Index | Unique) -> Repair:
    if index.ignored:
        return "use_index", writer.use_index(source, index)
    return "rebuild_index", writer.rebuild_index(source, index)


def _numbering(
    finding: Finding, source: Source, writer: Writer, options: Options
) -> Repair:
    match finding:
        case WrongPrimaryKey(found=None):
            return "add_primary_key", writer.add_primary_key(source, finding.wanted)
        case IdentityMissing() if _may_be_numbered(finding):
            name = finding.expected_column.name
            return "set_numbering", writer.number(source, name, options)
        case SequenceMissing(sequence=str() as sequence):
            name = finding.expected_column.name
            return "set_sequence", writer.own_sequence(source, name, sequence)
        case SequenceBehind():
            name = finding.expected_column.name
            return "set_sequence", writer.raise_sequence(source, name)
        case _:
            return "", NO_ADDITION


def _may_be_numbered(finding: IdentityMissing) -> bool:
    found = finding.actual_column.identity
    wanted = finding.expected_column.identity
    return wanted is not None and found in {None, Identity.ALWAYS}
