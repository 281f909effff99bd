"""The kinds of finding, in the order of their codes."""

from __future__ import annotations

from ..finding import Finding
from .collation import Collation
from .comment import Comment
from .constraint_definition import ConstraintDefinition
from .default import Default
from .duplicate_index import DuplicateIndex
from .extra_column import ExtraColumn
from .extra_constraint import ExtraConstraint
from .extra_index import ExtraIndex
from .extra_table import ExtraTable
from .fk_deferrable import ForeignKeyDeferral
from .fk_on_delete import ForeignKeyAction
from .fk_target import ForeignKeyTarget
from .generated_expression import GeneratedExpression
from .identity_missing import IdentityMissing
from .index_definition import IndexDefinition
from .index_name import IndexName
from .invalid_index import InvalidIndex
from .migration_table_missing import MigrationTableMissing
from .migration_unapplied import MigrationUnapplied
from .missing_column import MissingColumn
from .missing_constraint import MissingConstraint
from .missing_index import MissingIndex
from .missing_table import MissingTable
from .not_validated_constraint import NotValidatedConstraint
from .nullability import Nullability
from .pk import WrongPrimaryKey
from .relation_kind import WrongRelationKind
from .trigger_disabled import TriggerDisabled
from .type_mismatch import TypeMismatch
from .wrong_schema import WrongSchema

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
    MigrationUnapplied,
    MigrationTableMissing,
)

__all__ = ["KINDS"]
