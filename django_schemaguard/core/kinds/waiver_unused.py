"""SG901: a waiver that hid nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.kinds._undetected import SettingsFinding


@dataclass(frozen=True, slots=True)
class WaiverUnused(SettingsFinding):
    """An entry of IGNORE fits no finding.

    Why it matters:
        What it was for is mended, or it is misspelt and hides nothing. Left there, it
        would hide the next finding that it fits. It is judged only where all apps of
        all guarded databases were compared.

    Fix:
        Remove the entry from ``SCHEMAGUARD["IGNORE"]``, or correct it.
    """

    code: ClassVar[str] = "SG901"
    kind: ClassVar[str] = "waiver_unused"
    usual: ClassVar[Severity] = Severity.WARNING

    @property
    @override
    def message(self) -> str:
        return f"Waiver {self.place} ({self.given}) fits no finding."

    @property
    @override
    def hint(self) -> str:
        return "Remove it from SCHEMAGUARD['IGNORE'], or correct it."
