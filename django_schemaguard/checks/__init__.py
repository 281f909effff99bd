"""The system checks: `manage.py check`, with `--deploy` and with `--database`.

Django 5.2 and 6.1 hand different databases to a check: an alias that is given is no
leave to connect. So there are three registrations: one that never connects, one for
Django's tag "database", which only runs when databases are asked for, and one for
`--deploy`, which Django 6.1 does not run with that tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.core import checks

if TYPE_CHECKING:
    from django.core.checks import CheckMessage

TAG = "schemaguard"

# The databases that the check before was given: one run of all checks hands the same
# object to each.
_told: list[object] = []


def register() -> None:
    """Register the checks with Django."""
    checks.register(check_settings, TAG)
    checks.register(check_databases, TAG, checks.Tags.database)
    checks.register(check_deployment, TAG, deploy=True)


def check_settings(**_: Any) -> Sequence[CheckMessage]:
    """Report what is wrong with the setting SCHEMAGUARD; touch no database."""
    from django_schemaguard.checks.settings import problems

    return problems()


def check_databases(
    *, databases: Iterable[str] | None = None, **_: Any
) -> Sequence[CheckMessage]:
    """Compare the databases that were asked for."""
    from django_schemaguard.checks.comparing import compare

    _told[:] = [databases]
    return compare(databases) if databases else []


def check_deployment(
    *, databases: Iterable[str] | None = None, **_: Any
) -> Sequence[CheckMessage]:
    """Compare all guarded databases, unless this run has already."""
    from django_schemaguard.checks.comparing import compare

    told = databases is not None and any(databases is each for each in _told)
    _told.clear()
    return [] if told else compare(databases)
