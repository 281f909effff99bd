"""What a rule is, and what it says where it applies."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack

from django_schemaguard.core.explanation import Explanation, explained
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.lint import Layer

if TYPE_CHECKING:
    from django_schemaguard.core.lint import Work
    from django_schemaguard.core.schema import TableRef
    from django_schemaguard.lint.acts import Acts
    from django_schemaguard.lint.site import Site
    from django_schemaguard.lint.travel import Travel

POSTGRESQL = frozenset({"postgresql"})
MARIADB = frozenset({"mysql"})  # Django's vendor of MariaDB and MySQL.
SQLITE = frozenset({"sqlite"})
EVERY = frozenset({"mysql", "oracle", "postgresql", "sqlite"})

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

BY_SQL = frozenset({Layer.OPERATIONS, Layer.SQL})
BY_DATA = frozenset({Layer.OPERATIONS, Layer.DATA})
DATA_ALONE = frozenset({Layer.DATA})


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found.

    Attributes:
        message: One line: subject, then hazard.
        hint: One action; None for the rule's.
        table: The table concerned.
        object: The column, constraint or index.
        work: What is done for each of the table's rows; None where the number of
            rows does not matter.
        severity: Other than the rule's usual one; the number of rows does not
            change it.
        operation: Its place in the migration, from 1, where the rule looks at the
            whole migration.
        certain: Rows are there that make the migration fail.
    """

    message: str
    hint: str | None = None
    table: TableRef | None = None
    object: str | None = None
    work: Work | None = None
    severity: Severity | None = None
    operation: int | None = None
    certain: bool = False


OnOperation: TypeAlias = "Callable[[Site], Iterable[Found]]"
OnMigration: TypeAlias = "Callable[[Acts], Iterable[Found]]"
OnRun: TypeAlias = "Callable[[Travel], Iterable[Found]]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A hazard that migrations can have.

    Attributes:
        code: "SG520"; never changes meaning, never reused.
        kind: "index_blocks_writes"; the name in JSON.
        usual: The severity where the size of the table is not known.
        hint: What to do, in one line.
        vendors: Where it applies, by Django's names.
        layers: What it looks at; only with `Layer.DATA` alone it needs a database.
        destructive: It is about lost data, or breaks the code that is running.
        optional: It is looked for only where style is asked for.
        doc: What `explain` says.
        on_operation: Looks at one operation.
        on_migration: Looks at what a migration did as a whole.
        on_run: Looks at the run as a whole.
    """

    code: str
    kind: str
    usual: Severity
    hint: str
    vendors: frozenset[str] = EVERY
    layers: frozenset[Layer] = frozenset({Layer.OPERATIONS})
    destructive: bool = False
    optional: bool = False
    doc: str = field(default="", repr=False)
    on_operation: OnOperation | None = None
    on_migration: OnMigration | None = None
    on_run: OnRun | None = None

    @property
    def needs_data(self) -> bool:
        """Whether nothing can be told without a database."""
        return self.layers == {Layer.DATA}

    @property
    def explanation(self) -> Explanation:
        """The rule in words."""
        return explained(self.doc, self.code, self.kind, self.usual)


class Traits(TypedDict, total=False):
    """What a rule may have beside code, severity and hint."""

    vendors: frozenset[str]
    layers: frozenset[Layer]
    destructive: bool
    optional: bool


def operation_rule(
    code: str, usual: Severity, hint: str, **traits: Unpack[Traits]
) -> Callable[[OnOperation], Rule]:
    """Return a decorator that makes a rule of what looks at one operation."""
    made = partial(_rule, code, usual, hint, traits)
    return lambda check: made(check, on_operation=check)


def migration_rule(
    code: str, usual: Severity, hint: str, **traits: Unpack[Traits]
) -> Callable[[OnMigration], Rule]:
    """Return a decorator that makes a rule of what looks at a whole migration."""
    made = partial(_rule, code, usual, hint, traits)
    return lambda check: made(check, on_migration=check)


def run_rule(
    code: str, usual: Severity, hint: str, **traits: Unpack[Traits]
) -> Callable[[OnRun], Rule]:
    """Return a decorator that makes a rule of what looks at the whole run."""
    made = partial(_rule, code, usual, hint, traits)
    return lambda check: made(check, on_run=check)


def _rule(
    code: str,
    usual: Severity,
    hint: str,
    traits: Traits,
    check: OnOperation | OnMigration | OnRun,
    **looks: Any,
) -> Rule:
    doc = inspect.getdoc(check) or ""
    return Rule(code, check.__name__, usual, hint, doc=doc, **looks, **traits)
