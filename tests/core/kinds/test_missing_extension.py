from __future__ import annotations

from dataclasses import replace

from django_schemaguard.core.history import History
from django_schemaguard.core.kinds.missing_extension import MissingExtension
from django_schemaguard.core.schema import Session
from tests.core.kinds.builders import Told, found, pairs_of


def pairs(*installed):
    made = pairs_of(history=History(extensions=(("citext", "shop.0001_initial"),)))
    session = Session(extensions=frozenset(installed))
    return replace(made, actual=replace(made.actual, session=session))


def test_an_extension_that_is_gone():
    assert found(MissingExtension, pairs("plpgsql")) == [
        Told(
            severity="error",
            effect="queries that use it fail",
            message="Extension 'citext' is not installed.",
            hint="Run CREATE EXTENSION citext.",
            object="citext",
            expected="installed",
            fixable=True,
        )
    ]
    (finding,) = MissingExtension.detect(pairs())
    assert finding.migration == "shop.0001_initial"


def test_silent_where_it_is_installed():
    assert found(MissingExtension, pairs("plpgsql", "citext")) == []
