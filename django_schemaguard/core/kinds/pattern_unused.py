"""SG903: a pattern for tables that no table fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.kinds._undetected import SettingsFinding


@dataclass(frozen=True, slots=True)
class PatternUnused(SettingsFinding):
    """An entry of REQUIRED or OPTIONAL fits no expected table.

    Why it matters:
        It is misspelt, or the app is gone. A table that was to be optional counts as
        required meanwhile, or the reverse. It is judged only where all apps of all
        guarded databases were compared.

    Fix:
        Name a table, a model or an app of the project, or remove the entry. A table
        that no model makes has to be declared in ``TABLES``.
    """

    code: ClassVar[str] = "SG903"
    kind: ClassVar[str] = "pattern_unused"
    usual: ClassVar[Severity] = Severity.WARNING

    @property
    @override
    def message(self) -> str:
        return f"{self.place} ('{self.given}') fits no table of the project."

    @property
    @override
    def hint(self) -> str:
        return "Correct it, declare the table in SCHEMAGUARD['TABLES'], or remove it."
