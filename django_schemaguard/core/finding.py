"""What a finding is: its code, what it says, what it does at run time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum, auto
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs
    from django_schemaguard.core.schema import Facet, Skip, TableRef


class Severity(IntEnum):
    """How bad a finding is; higher is worse."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case word used in JSON and settings."""
        return self.name.lower()


class Effect(Enum):
    """What a finding does at run time; `{}` stands for the model or table."""

    QUERIES_FAIL = "every query on {} fails"
    SOME_QUERIES_FAIL = "saving, filtering or joining on {} may fail"
    INSERTS_FAIL = "every INSERT into {} fails"
    WRITES_FAIL = "the database rejects rows that {} allows"
    VALUES_CUT = "the database rejects or cuts values that {} allows"
    WRONG_DATA = "the database accepts rows that {} forbids"
    OTHER_ROWS = "the database accepts or rejects other rows than {}"
    WRONG_RESULTS = "queries on {} may give other results"
    SLOWER = "queries on {} may be slower"
    LOCAL = "some operations on {} behave differently"
    NOT_YET = "code that needs it fails until then"
    NONE = "nothing at run time"


# Something that the models allow fails.
FAILING = frozenset(
    {
        Effect.QUERIES_FAIL,
        Effect.SOME_QUERIES_FAIL,
        Effect.INSERTS_FAIL,
        Effect.WRITES_FAIL,
        Effect.VALUES_CUT,
    }
)


class Cause(StrEnum):
    """Where a difference comes from."""

    DRIFT = "drift"
    PENDING = "pending"
    UNMADE = "unmade"
    FAKE_APPLIED = "fake_applied"
    UNRECORDED = "unrecorded"
    UPGRADE_RESIDUE = "upgrade_residue"
    UNDECLARED = "undeclared"
    UNKNOWN = "unknown"


class Left(Enum):
    """By which change of a field Django itself leaves something as it is found."""

    BY_ALTERING = auto()
    BY_RETYPING = auto()  # Of a text column that was a number, say.


@dataclass(frozen=True, slots=True)
class Finding(ABC):
    """One difference between the expected and the actual schema.

    A kind of finding is a frozen subclass; its fields are the values it needs to
    describe itself. `detect` yields its findings, in the order of the tables.

    Class attributes:
        code: "SG102"; never changes meaning, never reused.
        kind: "missing_column"; the name in JSON.
        usual: The severity for a required table in production.
        facet: What the backend must be able to read for the kind to run.
        additive: Whether auto_fix can mend it by adding something.
    """

    code: ClassVar[str]
    kind: ClassVar[str]
    usual: ClassVar[Severity]
    facet: ClassVar[Facet]
    additive: ClassVar[bool] = False

    table: TableRef

    @classmethod
    @abstractmethod
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        """Yield each finding of this kind, and a Skip where it cannot tell."""

    @property
    def severity(self) -> Severity:
        """The severity by what happens at run time, before any policy."""
        return self.usual

    @property
    @abstractmethod
    def effect(self) -> Effect:
        """What happens at run time."""

    @property
    @abstractmethod
    def message(self) -> str:
        """One line under 80 characters, names aside: subject, then difference."""

    @property
    @abstractmethod
    def hint(self) -> str:
        """One action, imperative."""

    @property
    def concerns(self) -> tuple[TableRef, ...]:
        """The tables it is about; optional where all of these are."""
        return (self.table,)

    @property
    def object(self) -> str | None:
        """The column, constraint or index; None for the whole table."""
        return None

    @property
    def field(self) -> str | None:
        """The model field, where the finding is about one."""
        return None

    @property
    def expected(self) -> str | None:
        """The expected definition; None where nothing is expected."""
        return None

    @property
    def actual(self) -> str | None:
        """The actual definition; None where nothing is there."""
        return None

    @property
    def cause(self) -> Cause:
        """The cause where the kind alone decides it; drift where it does not."""
        return Cause.DRIFT

    @property
    def left(self) -> Left | None:
        """By which change Django may have left it so; None where by none."""
        return None

    def as_drift(self) -> Finding:
        """Return the finding where no such change was ever made."""
        return self

    @property
    def migration(self) -> str | None:
        """The migration concerned, as "app.name"."""
        return None

    @property
    def fixable(self) -> bool:
        """Whether an addition mends it."""
        return self.additive

    @property
    def effect_text(self) -> str:
        """The effect as a phrase that names the model or the table."""
        return self.effect.value.format(self.table.model or self.table.name)
