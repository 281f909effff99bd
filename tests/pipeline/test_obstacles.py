"""What keeps a validation from being one is never taken for a sound database."""

from __future__ import annotations

import pytest
from django.db.utils import ConnectionRouter

from django_schemaguard.conf import names
from django_schemaguard.core.compare import Comparison
from django_schemaguard.core.policy import Judgement
from django_schemaguard.core.report import DatabaseReport, Report
from django_schemaguard.core.schema import Schema, Skip, Table, Traits
from django_schemaguard.exceptions import BadSettings
from django_schemaguard.pipeline.concluding import Examined, _completed

UNSEEN = "The role sees some tables only."
TRAITS = Traits("mysql")
BLANK = DatabaseReport("default", "mysql", "10.11", reachable=True)


def completed(*skips: Skip, concealed: str | None = None) -> Report:
    examined = Examined(
        Schema(TRAITS, (Table("a"), Table("b"), Table("c"))),
        Schema(TRAITS, (Table("a"),), concealed=concealed),
        Comparison((), skips),
        (),
    )
    report = _completed(BLANK, examined, Judgement((), ()))
    return Report("production", (report,))


def test_tables_that_the_role_may_not_see_fail_the_validation() -> None:
    report = completed(
        Skip("b", None, UNSEEN), Skip("c", None, UNSEEN), concealed=UNSEEN
    )
    assert report.databases[0].error == f"2 of 3 tables cannot be seen: {UNSEEN}"
    assert report.databases[0].tables == 1
    assert (report.status, report.reachable) == ("fail", False)


def test_a_table_that_was_not_compared_is_a_warning() -> None:
    report = completed(Skip("b", None, "It is locked."))
    assert (report.status, report.reachable) == ("warn", True)


def test_an_object_that_was_not_compared_is_a_pass() -> None:
    assert completed(Skip("b", "i", "A class of its own.")).status == "pass"


def test_routers_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "router", ConnectionRouter(["nowhere.Router"]))
    with pytest.raises(BadSettings) as caught:
        names.known_aliases(["default"])
    assert str(caught.value) == (
        "DATABASE_ROUTERS cannot be loaded: No module named 'nowhere'."
    )
