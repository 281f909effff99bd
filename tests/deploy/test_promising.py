"""What is said of a run before it begins."""

from __future__ import annotations

import pytest

from django_schemaguard.conf import Settings
from django_schemaguard.core.rules import Mode
from django_schemaguard.deploy.planning import MigratePlan
from django_schemaguard.deploy.promising import fate, promise
from django_schemaguard.deploy.request import Request
from django_schemaguard.deploy.reversal import Obstacle
from django_schemaguard.deploy.statements import PlannedMigration
from django_schemaguard.deploy.status import Status
from django_schemaguard.pipeline import Job

PYTHON = "runs Python that may change rows"
HALF = "waits for 'manage.py schemaguard resume'."


def plan(
    *names: str, loose: str = "", obstacle: str = "", backwards: bool = False
) -> MigratePlan:
    """Return a plan of which one migration is not atomic, one runs Python."""
    return MigratePlan(
        "default",
        "postgresql",
        Status(),
        tuple(
            PlannedMigration(name, backwards, name != loose, "", ()) for name in names
        ),
        (Obstacle(obstacle, PYTHON),) if obstacle else (),
    )


@pytest.mark.parametrize(
    ("planned", "said"),
    [
        pytest.param(plan(), "", id="nothing"),
        pytest.param(plan("a.1"), "If it fails, nothing is changed.", id="one"),
        pytest.param(
            plan("a.1", loose="a.1", obstacle="a.1"),
            f"If it fails half-way, it {HALF}",
            id="one-that-is-not-atomic",
        ),
        pytest.param(
            plan("a.1", "a.2", obstacle="a.2"),
            "If one fails, those before it are undone.",
            id="the-last-one-runs-python",
        ),
        pytest.param(
            plan("a.1", "a.2", "a.3", obstacle="a.2"),
            "If one fails, those before it are undone, unless 'a.2', which"
            " runs Python that may change rows, is among them.",
            id="one-of-them-runs-python",
        ),
        pytest.param(
            plan("a.1", "a.2", loose="a.2"),
            f"If one fails, those before it are undone. One that fails half-way {HALF}",
            id="one-is-not-atomic",
        ),
        pytest.param(
            plan("a.2", "a.1", backwards=True, obstacle="a.2"),
            "If one fails, what was unapplied before it stays unapplied.",
            id="backwards",
        ),
    ],
)
def test_what_becomes_of_a_run_that_fails(planned: MigratePlan, said: str) -> None:
    assert fate(planned) == said


@pytest.mark.parametrize(
    ("planned", "facts", "said"),
    [
        pytest.param(
            plan("a.1"),
            {},
            "Applying 1 migration to database 'default'."
            " If it fails, nothing is changed.",
            id="one",
        ),
        pytest.param(
            plan("a.2", "a.1", backwards=True),
            {},
            "Unapplying 2 migrations of database 'default'."
            " If one fails, what was unapplied before it stays unapplied.",
            id="backwards",
        ),
        pytest.param(
            plan("a.1", "a.2"),
            {"put_back": False},
            "Applying 2 migrations to database 'default'."
            " If one fails, what was done before it stays.",
            id="no-rollback",
        ),
        pytest.param(
            plan("a.1", "a.2", obstacle="a.1"),
            {"single_transaction": True},
            "Applying 2 migrations to database 'default'."
            " If one fails, nothing is changed.",
            id="single-transaction",
        ),
        pytest.param(
            plan("a.1"),
            {"fake": True},
            "Recording 1 migration of database 'default' as applied.",
            id="fake",
        ),
        pytest.param(
            plan("a.1", backwards=True),
            {"fake": True},
            "Recording 1 migration of database 'default' as unapplied.",
            id="fake-backwards",
        ),
        pytest.param(
            plan(), {}, "Applying 0 migrations to database 'default'.", id="nothing"
        ),
    ],
)
def test_what_is_about_to_be_done(
    planned: MigratePlan, facts: dict[str, bool], said: str
) -> None:
    job = Job(Settings(mode=Mode.PRODUCTION), Mode.PRODUCTION)
    assert promise(Request("default", job, **facts), planned) == said
