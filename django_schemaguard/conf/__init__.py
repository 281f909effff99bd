"""The SCHEMAGUARD setting, read into a frozen value when an entry point starts.

Only this package reads Django's settings and the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings as django_settings  # noqa: TID251

from django_schemaguard.conf.entries import Health, health, permit, table, waiver
from django_schemaguard.conf.section import (
    Section,
    each,
    flag,
    known_name,
    one_of,
    path,
    pattern,
    seconds,
)
from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.rules import DeclaredTable, Mode, Waiver
from django_schemaguard.exceptions import BadSettings

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = "SCHEMAGUARD_MODE"


class Startup(StrEnum):
    """What happens when a serving process starts."""

    AUTO = "auto"
    OFF = "off"
    WARN = "warn"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, valid and complete.

    Attributes:
        mode: How strictly findings are judged.
        databases: The aliases to guard; None for all that have models.
        optional: What may be absent.
        required: What must be there; see `core.patterns.is_required`.
        ignore: Findings that are known and accepted.
        tables: Tables that no model declares.
        snapshot: File with the expected schema.
        objects: Snapshot of a database with the triggers, functions, views and the like
            that are expected; None where they are not compared.
        allow: Lint rules waived.
        lock_timeout: For each DDL statement, in seconds.
        deadline: For each run of DDL, in seconds.
        query_snapshots: Whether query statistics are kept around migrate runs.
        startup: What the startup guard does.
        startup_auto_fix: Whether it repairs before it judges.
        startup_timeout: Bound on the whole guard, in seconds.
        abort_if_unreachable: Whether what cannot be validated ends a start, too.
    """

    mode: Mode = Mode.PRODUCTION
    databases: tuple[str, ...] | None = None
    optional: tuple[Pattern, ...] = ()
    required: tuple[Pattern, ...] = (Pattern("*"),)
    ignore: tuple[Waiver, ...] = ()
    tables: tuple[DeclaredTable, ...] = ()
    snapshot: Path | None = None
    objects: Path | None = None
    allow: tuple[Waiver, ...] = ()
    lock_timeout: float = 0.5
    deadline: float = 60.0
    query_snapshots: bool = True
    startup: Startup = Startup.AUTO
    startup_auto_fix: bool = False
    startup_timeout: float = 10.0
    abort_if_unreachable: bool = False
    health: Health = field(default_factory=Health)


def get_settings() -> Settings:
    """Read SCHEMAGUARD, SCHEMAGUARD_MODE and DEBUG as they are now.

    Raises:
        BadSettings: With all that is wrong, in the order of the settings.
    """
    problems: list[str] = []
    section = Section(
        "SCHEMAGUARD", getattr(django_settings, "SCHEMAGUARD", {}), problems
    )
    read = _read(section)
    section.refuse_unknown()
    if problems:
        raise BadSettings(*problems)
    return read


def is_switched_off() -> bool:
    """Return whether STARTUP is "off", whatever is wrong with the other keys."""
    given = getattr(django_settings, "SCHEMAGUARD", None)
    return isinstance(given, Mapping) and given.get("STARTUP") == Startup.OFF


def _read(section: Section) -> Settings:
    usual = Settings()
    mode = section.read("MODE", one_of(Mode), None) or _usual_mode(section.problems)
    alias = known_name(frozenset(django_settings.DATABASES), "alias in DATABASES")
    return Settings(
        mode=mode,
        databases=section.read("DATABASES", each(alias), None),
        optional=section.read("OPTIONAL", each(pattern), usual.optional),
        required=section.read("REQUIRED", each(pattern), usual.required),
        ignore=tuple(waiver(entry) for entry in section.sections("IGNORE")),
        tables=tuple(table(entry) for entry in section.sections("TABLES")),
        snapshot=section.read("SNAPSHOT", path, usual.snapshot),
        objects=section.read("OBJECTS", path, usual.objects),
        allow=tuple(permit(entry) for entry in section.sections("ALLOW")),
        lock_timeout=section.read("LOCK_TIMEOUT", seconds, usual.lock_timeout),
        deadline=section.read("DEADLINE", seconds, usual.deadline),
        query_snapshots=section.read("QUERY_SNAPSHOTS", flag, usual.query_snapshots),
        startup=section.read("STARTUP", one_of(Startup), usual.startup),
        startup_auto_fix=section.read(
            "STARTUP_AUTO_FIX", flag, mode is Mode.DEVELOPMENT
        ),
        startup_timeout=section.read("STARTUP_TIMEOUT", seconds, usual.startup_timeout),
        abort_if_unreachable=section.read(
            "ABORT_IF_UNREACHABLE", flag, usual.abort_if_unreachable
        ),
        health=health(section.section("HEALTH"), debug=bool(django_settings.DEBUG)),
    )


def _usual_mode(problems: list[str]) -> Mode:
    debug = Mode.DEVELOPMENT if django_settings.DEBUG else Mode.PRODUCTION
    given = {k: v for k, v in os.environ.items() if k == ENVIRONMENT and v}
    section = Section("environment", given, problems)
    return section.read(ENVIRONMENT, one_of(Mode), debug)
