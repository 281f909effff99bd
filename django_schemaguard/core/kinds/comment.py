"""SG109: a table or column with another comment than the model's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Left, Severity
from django_schemaguard.core.kinds._columns import ordinary
from django_schemaguard.core.kinds._wording import address, brief
from django_schemaguard.core.schema import Facet, Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.pairing import Pairs


@dataclass(frozen=True, slots=True)
class Comment(Finding):
    """The comment on a table or column is not the model's.

    Why it matters:
        Nothing at run time; people and tools that read the database are misled. On
        MariaDB, Django's own change from NULL to NOT NULL loses ``db_comment``.

    Fix:
        ``auto_fix`` sets one that is missing. Change another by hand, or change
        ``db_comment`` or ``db_table_comment`` and migrate.
    """

    code: ClassVar[str] = "SG109"
    kind: ClassVar[str] = "comment"
    usual: ClassVar[Severity] = Severity.INFO
    facet: ClassVar[Facet] = Facet.COMMENTS
    additive: ClassVar[bool] = True

    wanted: str
    found: str
    column: str | None = None
    column_field: str | None = None
    lost_by_django: bool = False

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        mariadb = pairs.actual.traits.vendor == "mysql"
        for pair in ordinary(pairs):
            if pair.expected.partial:
                continue
            ours, theirs = pair.expected.comment, pair.actual.comment
            if ours != theirs:
                yield cls(pair.ref, ours, theirs)
            for expected, actual in pair.unlike:
                if expected.comment != actual.comment:
                    comments = (expected.comment, actual.comment)
                    lost = mariadb and not actual.comment and not expected.nullable
                    yield cls(pair.ref, *comments, actual.name, expected.field, lost)

    @property
    @override
    def effect(self) -> Effect:
        return Effect.NONE

    @property
    @override
    def message(self) -> str:
        subject = address(self.table)
        label = "Table" if self.column is None else "Column"
        if self.column is not None:
            subject += f".{self.column}"
        found = f"the comment '{brief(self.found)}'" if self.found else "no comment"
        wanted = f"needs '{brief(self.wanted)}'" if self.wanted else "has none"
        return f"{label} '{subject}' has {found}; the model {wanted}."

    @property
    @override
    def hint(self) -> str:
        return "Set the model's comment on it, or change the model and migrate."

    @property
    @override
    def object(self) -> str | None:
        return self.column

    @property
    @override
    def field(self) -> str | None:
        return self.column_field

    @property
    @override
    def expected(self) -> str | None:
        return self.wanted or None

    @property
    @override
    def actual(self) -> str | None:
        return self.found or None

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UPGRADE_RESIDUE if self.lost_by_django else Cause.DRIFT

    @property
    @override
    def left(self) -> Left | None:
        return Left.BY_ALTERING if self.lost_by_django else None

    @override
    def as_drift(self) -> Finding:
        return replace(self, lost_by_django=False)

    @property
    @override
    def fixable(self) -> bool:
        return not self.found
