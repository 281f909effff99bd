"""Findings that the project knows of and accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django_schemaguard.conf.entries import permit
from django_schemaguard.conf.section import Section
from django_schemaguard.core.finding import Severity
from django_schemaguard.core.lint import LintFinding
from django_schemaguard.core.lint_names import LINT_NAMES
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.core.schema import TableRef
from django_schemaguard.exceptions import BadSettings

if TYPE_CHECKING:
    from datetime import date

    from django.db.migrations.migration import Migration

    from django_schemaguard.core.lint import Judgement
    from django_schemaguard.core.rules import Waiver

ATTRIBUTE = "schemaguard_allow"
_NO_TABLE = TableRef(None, "")


@dataclass
class Waivers:
    """Those of the setting and those beside the migrations, and which were used.

    Attributes:
        allow: The ALLOW setting.
        used: Positions in `allow` of those that hid something.
        count: How many findings were hidden.
    """

    allow: tuple[Waiver, ...]
    today: date
    used: set[int] = field(default_factory=set)
    count: int = 0
    _beside: dict[str, list[tuple[Waiver, bool]]] = field(default_factory=dict)

    def read(self, migration: Migration) -> None:
        """Take in the waivers beside a migration.

        Raises:
            BadSettings: They are not what they should be.
        """
        given = getattr(migration, ATTRIBUTE, {})
        place, problems = f"{migration}.{ATTRIBUTE}", list[str]()
        if not isinstance(given, Mapping):
            raise BadSettings(f"{place} must be a dict, not {type(given).__name__}.")
        known = {code: it for code, it in given.items() if code in LINT_NAMES}
        read = [_read(place, *item, problems) for item in known.items()]
        for code in [code for code in given if code not in known]:
            meant = did_you_mean(str(code), LINT_NAMES)
            problems.append(f"{place} has '{code}', which is no lint rule.{meant}")
        if problems:
            raise BadSettings(*problems)
        self._beside[str(migration)] = [(each, False) for each in read]

    def hides(self, finding: LintFinding) -> bool:
        """Return whether a waiver fits the finding, and note that it was used."""
        fits = self._hidden_beside(finding) or self._hidden_by_setting(finding)
        self.count += fits
        return fits

    def _hidden_by_setting(self, finding: LintFinding) -> bool:
        for position, each in enumerate(self.allow):
            if not each.expired(self.today) and _fits(each, finding):
                self.used.add(position)
                return True
        return False

    def _hidden_beside(self, finding: LintFinding) -> bool:
        beside = self._beside.get(finding.migration or "", [])
        for position, (each, _) in enumerate(beside):
            if not each.expired(self.today) and _fits(each, finding):
                beside[position] = (each, True)
                return True
        return False

    def idle_beside(self, alias: str, judged: frozenset[str]) -> Iterator[LintFinding]:
        """Yield the waivers beside migrations that are expired, or hid nothing.

        Args:
            alias: Of the database.
            judged: Codes and kinds of the rules that were judged everywhere; of the
                others it is not known what there is to hide.
        """
        for name, beside in self._beside.items():
            for each, used in beside:
                if each.expired(self.today):
                    yield expired(ATTRIBUTE, each, alias, name)
                elif not used and _tells(each, judged):
                    yield unused(ATTRIBUTE, each, alias, name)


def idle_settings(
    allow: tuple[Waiver, ...],
    judgements: Sequence[Judgement],
    today: date,
    alias: str,
    *,
    whole: bool,
) -> Iterator[LintFinding]:
    """Yield the entries of ALLOW that are expired, or hid nothing.

    Args:
        allow: The setting.
        judgements: Of all databases.
        today: For their expiry.
        alias: Of the database that they are told for.
        whole: All migrations were judged, so it is known what hides nothing.
    """
    used = frozenset(place for judged in judgements for place in judged.used)
    known = frozenset.intersection(*(judged.judged for judged in judgements))
    for position, each in enumerate(allow):
        if each.expired(today):
            yield expired(f"ALLOW[{position}]", each, alias)
        elif whole and position not in used and _tells(each, known):
            yield unused(f"ALLOW[{position}]", each, alias)


def _tells(each: Waiver, judged: frozenset[str]) -> bool:
    return each.code is not None and any(map(each.code.matches, judged))


def _read(place: str, code: object, given: object, problems: list[str]) -> Waiver:
    entry: dict[str, Any] = {"reason": given}
    if isinstance(given, Mapping):
        entry = {str(key): value for key, value in given.items()}
    section = Section(f"{place}['{code}']", {**entry, "code": code}, problems)
    return permit(section)


def _fits(each: Waiver, finding: LintFinding) -> bool:
    return each.covers(finding.migration or "") and each.fits(
        (finding.code, finding.kind), finding.table or _NO_TABLE, finding.object
    )


def expired(
    place: str, each: Waiver, alias: str, migration: str | None = None
) -> LintFinding:
    """Return the finding about a waiver whose last day has passed."""
    owner = f"; its owner is {each.owner}" if each.owner else ""
    return LintFinding(
        "SG902",
        "waiver_expired",
        Severity.WARNING,
        f"Waiver {place} ({each}) ended on {each.until}{owner}.",
        "Mend what it was for and remove it, or give it a new 'until'.",
        "nothing at run time",
        alias,
        migration,
    )


def unused(
    place: str, each: Waiver, alias: str, migration: str | None = None
) -> LintFinding:
    """Return the finding about a waiver that hid nothing."""
    return LintFinding(
        "SG901",
        "waiver_unused",
        Severity.WARNING,
        f"Waiver {place} ({each}) fits no finding.",
        "Remove it, or correct it.",
        "nothing at run time",
        alias,
        migration,
    )


def names_of(explained: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return codes and kinds as one set."""
    return frozenset(name for pair in explained for name in pair)
