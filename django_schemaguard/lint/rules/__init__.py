"""The lint rules, in the order of their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rules.broken_history import broken_history
from django_schemaguard.lint.rules.check_constraint_scans import check_constraint_scans
from django_schemaguard.lint.rules.collation_change import collation_change
from django_schemaguard.lint.rules.column_removed import column_removed
from django_schemaguard.lint.rules.column_renamed import column_renamed
from django_schemaguard.lint.rules.column_with_check import column_with_check
from django_schemaguard.lint.rules.computed_column import computed_column
from django_schemaguard.lint.rules.concurrent_in_transaction import (
    concurrent_in_transaction,
)
from django_schemaguard.lint.rules.concurrent_on_partitioned import (
    concurrent_on_partitioned,
)
from django_schemaguard.lint.rules.constraint_removed import constraint_removed
from django_schemaguard.lint.rules.data_with_schema import data_with_schema
from django_schemaguard.lint.rules.db_default_change import db_default_change
from django_schemaguard.lint.rules.default_only_in_python import default_only_in_python
from django_schemaguard.lint.rules.drops_not_null import drops_not_null
from django_schemaguard.lint.rules.enum_value_in_transaction import (
    enum_value_in_transaction,
)
from django_schemaguard.lint.rules.exclusion_constraint_locks import (
    exclusion_constraint_locks,
)
from django_schemaguard.lint.rules.field_index_blocks import field_index_blocks
from django_schemaguard.lint.rules.foreign_key_locks import foreign_key_locks
from django_schemaguard.lint.rules.foreign_key_type import foreign_key_type
from django_schemaguard.lint.rules.foreign_key_without_index import (
    foreign_key_without_index,
)
from django_schemaguard.lint.rules.index_blocks_writes import index_blocks_writes
from django_schemaguard.lint.rules.index_drop_waits import index_drop_waits
from django_schemaguard.lint.rules.invalid_index_in_the_way import (
    invalid_index_in_the_way,
)
from django_schemaguard.lint.rules.length_shrinks import length_shrinks
from django_schemaguard.lint.rules.many_locks import many_locks
from django_schemaguard.lint.rules.name_too_long import name_too_long
from django_schemaguard.lint.rules.not_null_without_default import (
    not_null_without_default,
)
from django_schemaguard.lint.rules.not_valid_over_violators import (
    not_valid_over_violators,
)
from django_schemaguard.lint.rules.one_default_for_all_rows import (
    one_default_for_all_rows,
)
from django_schemaguard.lint.rules.primary_key_change import primary_key_change
from django_schemaguard.lint.rules.python_imports_model import python_imports_model
from django_schemaguard.lint.rules.python_irreversible import python_irreversible
from django_schemaguard.lint.rules.remake_loses import remake_loses
from django_schemaguard.lint.rules.set_not_null import set_not_null
from django_schemaguard.lint.rules.several_without_transaction import (
    several_without_transaction,
)
from django_schemaguard.lint.rules.small_primary_key import small_primary_key
from django_schemaguard.lint.rules.sql_breaks_transaction import sql_breaks_transaction
from django_schemaguard.lint.rules.sql_changes_rows import sql_changes_rows
from django_schemaguard.lint.rules.sql_destroys import sql_destroys
from django_schemaguard.lint.rules.sql_irreversible import sql_irreversible
from django_schemaguard.lint.rules.sql_locks_everything import sql_locks_everything
from django_schemaguard.lint.rules.sql_not_repeatable import sql_not_repeatable
from django_schemaguard.lint.rules.squash_half_applied import squash_half_applied
from django_schemaguard.lint.rules.stages_crossed import stages_crossed
from django_schemaguard.lint.rules.state_diverges import state_diverges
from django_schemaguard.lint.rules.style import style
from django_schemaguard.lint.rules.table_copied import table_copied
from django_schemaguard.lint.rules.table_removed import table_removed
from django_schemaguard.lint.rules.table_renamed import table_renamed
from django_schemaguard.lint.rules.type_change import type_change
from django_schemaguard.lint.rules.unbatched_data_change import unbatched_data_change
from django_schemaguard.lint.rules.unique_column import unique_column
from django_schemaguard.lint.rules.unique_constraint_locks import (
    unique_constraint_locks,
)
from django_schemaguard.lint.rules.unusual_index import unusual_index
from django_schemaguard.lint.rules.validated_at_once import validated_at_once
from django_schemaguard.lint.rules.values_cut import values_cut
from django_schemaguard.lint.rules.volatile_default import volatile_default
from django_schemaguard.lint.rules.waits_unbounded import waits_unbounded

if TYPE_CHECKING:
    from django_schemaguard.lint.rule import Rule

RULES: tuple[Rule, ...] = (
    not_null_without_default,
    default_only_in_python,
    volatile_default,
    one_default_for_all_rows,
    column_with_check,
    computed_column,
    unique_column,
    foreign_key_locks,
    type_change,
    length_shrinks,
    set_not_null,
    drops_not_null,
    field_index_blocks,
    collation_change,
    primary_key_change,
    db_default_change,
    values_cut,
    index_blocks_writes,
    index_drop_waits,
    concurrent_in_transaction,
    several_without_transaction,
    concurrent_on_partitioned,
    unusual_index,
    invalid_index_in_the_way,
    unique_constraint_locks,
    check_constraint_scans,
    validated_at_once,
    not_valid_over_violators,
    exclusion_constraint_locks,
    foreign_key_type,
    many_locks,
    foreign_key_without_index,
    constraint_removed,
    column_removed,
    table_removed,
    column_renamed,
    table_renamed,
    python_irreversible,
    python_imports_model,
    data_with_schema,
    unbatched_data_change,
    sql_irreversible,
    sql_destroys,
    sql_breaks_transaction,
    enum_value_in_transaction,
    sql_locks_everything,
    sql_not_repeatable,
    sql_changes_rows,
    table_copied,
    remake_loses,
    broken_history,
    stages_crossed,
    state_diverges,
    squash_half_applied,
    name_too_long,
    small_primary_key,
    waits_unbounded,
    style,
)

__all__ = ["RULES"]
