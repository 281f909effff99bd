"""The rows of the catalog, in the columns that `parts` asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class RelationRow(NamedTuple):
    """A table, view or foreign table; oids are strings throughout."""

    oid: str
    namespace: str
    name: str
    kind: str
    persistence: str
    comment: str | None
    visible: bool | None
    hidden: bool
    pid: int | None
    row_security: bool | None


class AttributeRow(NamedTuple):
    """A column; `expression` is None where it was not printed."""

    relation: str
    number: int
    name: str
    type: str
    type_oid: str
    not_null: bool
    identity: str
    generated: str
    collation: str
    type_collation: str
    comment: str | None
    has_expression: bool
    expression: str | None
    owns_sequence: bool


class ConstraintRow(NamedTuple):
    """A check, a foreign key, or a NOT NULL that is not validated."""

    relation: str
    type: str
    name: str
    key: list[int] | None
    validated: bool
    enforced: bool
    period: bool
    deferrable: bool
    deferred: bool
    on_delete: str
    on_update: str
    set_columns: list[int] | None
    target_namespace: str | None
    target_name: str | None
    target_visible: bool | None
    target_columns: list[str] | None
    triggers_off: bool
    expression: str | None


class IndexRow(NamedTuple):
    """An index and the constraint it serves; vectors are words in a string."""

    relation: str
    oid: str
    name: str
    method: str
    method_oid: str
    unique: bool
    valid: bool
    nulls_not_distinct: bool
    key_count: int
    keys: str
    orders: str
    operator_classes: str
    collations: str
    options: list[str] | None
    constraint_type: str | None
    constraint_name: str | None
    period: bool | None
    deferrable: bool | None
    deferred: bool | None
    operators: list[str] | None
    expressions: list[str] | None
    definition: str | None
    has_condition: bool
    condition: str | None
    key_options: list[tuple[int, list[str]]] | None


class OperatorClassRow(NamedTuple):
    """An operator class."""

    oid: str
    name: str
    default: bool
    type_oid: str
    method_oid: str


class CollationRow(NamedTuple):
    """A collation in use, or a nondeterministic one."""

    oid: str
    name: str
    namespace: str | None
    deterministic: bool


class PlaceRow(NamedTuple):
    """A relation that the search path does not find."""

    namespace: str
    name: str


class LackingRow(NamedTuple):
    """A privilege that the role lacks on a table, or on these columns of it."""

    relation: str
    privilege: str
    columns: list[str] | None


class NumberingRow(NamedTuple):
    """A sequence by which a column numbers its rows; `size` is the table's.

    `size` is None where the table is not to be opened.
    """

    relation: str
    number: int
    owned: bool
    namespace: str
    name: str
    visible: bool
    increment: int
    maximum: int
    usable: bool
    readable: bool
    table_readable: bool
    size: int | None


class HookRow(NamedTuple):
    """A trigger or rule; `type` has the bits of `pg_trigger.tgtype`."""

    relation: str
    name: str
    label: str
    type: int


class SessionRow(NamedTuple):
    """Who reads, and what counts for the whole database; `ledger`: may be read."""

    role: str
    read_only: bool
    search_path: str
    closed: list[str] | None
    extensions: list[str] | None
    ledger: bool | None


@dataclass(frozen=True, slots=True)
class Catalog:
    """The rows of one reading, in no particular order."""

    relations: list[RelationRow]
    attributes: list[AttributeRow]
    constraints: list[ConstraintRow]
    indexes: list[IndexRow]
    operator_classes: list[OperatorClassRow]
    collations: list[CollationRow]
    elsewhere: list[PlaceRow]
    lacking: list[LackingRow]
    numbering: list[NumberingRow]
    hooks: list[HookRow]
    session: SessionRow
