"""SG904: an entry of TABLES that says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.kinds._undetected import SettingsFinding


@dataclass(frozen=True, slots=True)
class DeclarationUnused(SettingsFinding):
    """An entry of TABLES names a table that a model makes, or names it twice.

    Why it matters:
        The columns that it states are not looked at: of a table that a model makes
        the model tells the columns, of one declared twice the last entry does.

    Fix:
        Remove the entry, or its columns. To make a model's table optional, use
        ``OPTIONAL``.
    """

    code: ClassVar[str] = "SG904"
    kind: ClassVar[str] = "declaration_unused"
    usual: ClassVar[Severity] = Severity.WARNING

    problem: str

    @property
    @override
    def message(self) -> str:
        return f"{self.place} ('{self.given}') {self.problem}."

    @property
    @override
    def hint(self) -> str:
        return "Remove it from SCHEMAGUARD['TABLES'], or its columns."
