"""The kinds of finding, in the order of their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.kinds.collation import Collation
from django_schemaguard.core.kinds.comment import Comment
from django_schemaguard.core.kinds.constraint_definition import ConstraintDefinition
from django_schemaguard.core.kinds.declaration_unused import DeclarationUnused
from django_schemaguard.core.kinds.default import Default
from django_schemaguard.core.kinds.duplicate_index import DuplicateIndex
from django_schemaguard.core.kinds.extra_column import ExtraColumn
from django_schemaguard.core.kinds.extra_constraint import ExtraConstraint
from django_schemaguard.core.kinds.extra_index import ExtraIndex
from django_schemaguard.core.kinds.extra_object import ExtraObject
from django_schemaguard.core.kinds.extra_table import ExtraTable
from django_schemaguard.core.kinds.fk_deferrable import ForeignKeyDeferral
from django_schemaguard.core.kinds.fk_on_delete import ForeignKeyAction
from django_schemaguard.core.kinds.fk_target import ForeignKeyTarget
from django_schemaguard.core.kinds.generated_expression import GeneratedExpression
from django_schemaguard.core.kinds.identity_missing import IdentityMissing
from django_schemaguard.core.kinds.index_definition import IndexDefinition
from django_schemaguard.core.kinds.index_name import IndexName
from django_schemaguard.core.kinds.invalid_index import InvalidIndex
from django_schemaguard.core.kinds.migration_duplicate import MigrationDuplicate
from django_schemaguard.core.kinds.migration_fake_applied import MigrationFakeApplied
from django_schemaguard.core.kinds.migration_inconsistent import MigrationInconsistent
from django_schemaguard.core.kinds.migration_partial import MigrationPartial
from django_schemaguard.core.kinds.migration_table_missing import MigrationTableMissing
from django_schemaguard.core.kinds.migration_unapplied import MigrationUnapplied
from django_schemaguard.core.kinds.migration_unknown import MigrationUnknown
from django_schemaguard.core.kinds.migration_unmade import MigrationUnmade
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_extension import MissingExtension
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_object import MissingObject
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.kinds.not_validated_constraint import (
    NotValidatedConstraint,
)
from django_schemaguard.core.kinds.nullability import Nullability
from django_schemaguard.core.kinds.object_definition import ObjectDefinition
from django_schemaguard.core.kinds.pattern_unused import PatternUnused
from django_schemaguard.core.kinds.pk import WrongPrimaryKey
from django_schemaguard.core.kinds.privilege import Privilege
from django_schemaguard.core.kinds.relation_kind import WrongRelationKind
from django_schemaguard.core.kinds.row_security import RowSecurity
from django_schemaguard.core.kinds.sequence_behind import SequenceBehind
from django_schemaguard.core.kinds.sequence_limit import SequenceLimit
from django_schemaguard.core.kinds.sequence_missing import SequenceMissing
from django_schemaguard.core.kinds.trigger_disabled import TriggerDisabled
from django_schemaguard.core.kinds.type_mismatch import TypeMismatch
from django_schemaguard.core.kinds.unreachable import Unreachable
from django_schemaguard.core.kinds.unsupported_server import UnsupportedServer
from django_schemaguard.core.kinds.waiver_expired import WaiverExpired
from django_schemaguard.core.kinds.waiver_unused import WaiverUnused
from django_schemaguard.core.kinds.write_hook import WriteHook
from django_schemaguard.core.kinds.wrong_schema import WrongSchema

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding

KINDS: tuple[type[Finding], ...] = (
    MissingTable,
    MissingColumn,
    ExtraTable,
    ExtraColumn,
    TypeMismatch,
    Nullability,
    Default,
    Collation,
    Comment,
    GeneratedExpression,
    IdentityMissing,
    WrongRelationKind,
    WrongSchema,
    WrongPrimaryKey,
    MissingConstraint,
    ConstraintDefinition,
    ExtraConstraint,
    NotValidatedConstraint,
    ForeignKeyTarget,
    ForeignKeyAction,
    ForeignKeyDeferral,
    TriggerDisabled,
    MissingIndex,
    IndexDefinition,
    InvalidIndex,
    IndexName,
    DuplicateIndex,
    ExtraIndex,
    SequenceMissing,
    SequenceBehind,
    SequenceLimit,
    Privilege,
    RowSecurity,
    WriteHook,
    MissingExtension,
    MissingObject,
    ExtraObject,
    ObjectDefinition,
    MigrationUnapplied,
    MigrationUnknown,
    MigrationInconsistent,
    MigrationTableMissing,
    MigrationUnmade,
    MigrationFakeApplied,
    MigrationPartial,
    MigrationDuplicate,
    Unreachable,
    UnsupportedServer,
    WaiverUnused,
    WaiverExpired,
    PatternUnused,
    DeclarationUnused,
)

__all__ = ["KINDS"]
