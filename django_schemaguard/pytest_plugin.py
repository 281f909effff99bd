"""The pytest plugin: a fixture that fails where the test database has drifted.

Nothing of Django, nor of the rest of this package, is imported before the fixture
is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django_schemaguard.core.report import Report

OPTION = "--schemaguard-prove"
_told = pytest.StashKey[dict[str, None]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("schemaguard").addoption(
        OPTION,
        action="store_true",
        help="Let schema_in_sync also damage the test database, and fail unless the"
        " damage is seen. Nothing of it stays.",
    )


@pytest.fixture
def schema_in_sync(
    request: pytest.FixtureRequest,
    db: None,  # noqa: ARG001  pytest-django's, so that there is a database.
) -> Report:
    """Fail where a test database is not what its migrations promise.

    Looks at the databases of the test's `django_db` mark, else at "default".
    """
    from django_schemaguard.api import validate

    aliases = _aliases(request.node)
    report = validate(databases=aliases)
    _require_sync(report)
    if request.config.getoption(OPTION):
        for alias in aliases:
            _require_proof(request.config, alias)
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell what was proved."""
    for line in config.stash.get(_told, {}):
        terminalreporter.write_line(line)


def _aliases(item: pytest.Item) -> tuple[str, ...]:
    from django.db import DEFAULT_DB_ALIAS, connections

    mark = item.get_closest_marker("django_db")
    databases = mark.kwargs.get("databases") if mark else None
    if databases == "__all__":
        return tuple(connections)
    return tuple(databases or (DEFAULT_DB_ALIAS,))


def _require_sync(report: Report) -> None:
    from django_schemaguard.core.finding import Severity
    from django_schemaguard.reporters import as_text
    from django_schemaguard.reporters.look import Look

    if not report.reachable or report.reaches(Severity.ERROR):
        pytest.fail(as_text.render(report, Look()), pytrace=False)


def _require_proof(config: pytest.Config, alias: str) -> None:
    from django_schemaguard.proof import prove

    proof = prove(alias)
    if proof.message is None:
        pytest.fail(
            f"schema_in_sync proves nothing on '{alias}': {proof.damage} was not seen.",
            pytrace=False,
        )
    line = f"schemaguard: on '{alias}', {proof.damage} was seen: {proof.message}"
    config.stash.setdefault(_told, {})[line] = None
