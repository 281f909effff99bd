"""SG902: a waiver whose last day has passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.kinds._undetected import SettingsFinding


@dataclass(frozen=True, slots=True)
class WaiverExpired(SettingsFinding):
    """The last day of an entry of IGNORE has passed.

    Why it matters:
        It hides nothing any more: what it hid is reported again.

    Fix:
        Mend what it was for and remove it, or give it a new ``until``.
    """

    code: ClassVar[str] = "SG902"
    kind: ClassVar[str] = "waiver_expired"
    usual: ClassVar[Severity] = Severity.WARNING

    until: str
    owner: str | None

    @property
    @override
    def message(self) -> str:
        owner = f"; its owner is {self.owner}" if self.owner else ""
        return f"Waiver {self.place} ({self.given}) ended on {self.until}{owner}."

    @property
    @override
    def hint(self) -> str:
        return "Mend what it was for and remove it, or give it a new 'until'."
