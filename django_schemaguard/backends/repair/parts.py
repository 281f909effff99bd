"""What writers are given, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model

    from django_schemaguard.core.plan import Stage
    from django_schemaguard.core.schema import Table, TableRef


class Standing(Enum):
    """How an object stands in the database."""

    ABSENT = "absent"
    BUILDING = "building"
    INVALID = "invalid"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an object comes from.

    Attributes:
        model: As the applied migrations leave it.
        table: What is expected of its table.
        together: `index_together` of historic states.
    """

    model: type[Model]
    table: Table
    together: Sequence[Sequence[str]] = ()

    def field(self, column: str) -> object | None:
        """Return the model's field of a column."""
        names = {it.name: it.field for it in self.table.columns}
        for each in self.model._meta.local_fields:  # noqa: SLF001
            if each.name == names.get(column):
                return each
        return None


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for beyond what is safe by itself.

    Attributes:
        backfill: Give the rows that are there a value each, in batches.
        accept_rewrite: A whole table may be rewritten under its strongest lock.
        keep_default: A default that only fills the rows that are there stays.
        invent: Data may be invented, such as a time of creation.
        elsewhere: The SQL is for other databases, too, whose tables may hold rows.
        row_limit: Rows up to which a table may be rewritten or scanned under lock.
    """

    backfill: bool = False
    accept_rewrite: bool = False
    keep_default: bool = False
    invent: bool = False
    elsewhere: bool = False
    row_limit: int = 10_000


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Rows that must not be there.

    Attributes:
        query: Yields a line for each: keys, or values and how often they stand.
        reason: What they do, as one line.
    """

    query: str
    reason: str


@dataclass(frozen=True, slots=True)
class Work:
    """How something is added.

    Attributes:
        stages: In their order.
        notes: What the reader should know.
        forbidden: Rows that would make a stage fail.
        warnings: What is amiss afterwards.
    """

    stages: tuple[Stage, ...]
    notes: tuple[str, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something is not added.

    Attributes:
        query: Yields the keys of the rows in the way; "" where none are.
    """

    reason: str
    hint: str = ""
    query: str = ""


RENAME_BACK = "Rename that, or the table that it is of back."
LOST_KEY = Obstacle(
    "It is part of the primary key; rows have no key without it.",
    "Restore the table from a backup.",
)
NO_KEY = Obstacle(
    "Each row needs a value of its own, and the primary key that tells rows apart"
    " is missing.",
    "Mend the primary key first.",
)


@dataclass(frozen=True, slots=True)
class Sources:
    """The models of a database's tables.

    Attributes:
        by_model: By label, such as "shop.Order".
    """

    by_model: Mapping[str, Source] = field(default_factory=dict)

    def of(self, ref: TableRef) -> Source | None:
        """Return the source of a table; None where no model makes it."""
        return None if ref.model is None else self.by_model.get(ref.model)
