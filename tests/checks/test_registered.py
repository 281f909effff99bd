"""The checks as Django calls them."""

from __future__ import annotations

from django.core import checks

from django_schemaguard.checks import (
    check_databases,
    check_deployment,
    check_settings,
)


def test_the_settings_are_checked_without_a_database(settings) -> None:
    assert check_settings() == []
    settings.SCHEMAGUARD = {"OPTIONAL": "silk_*", "MODES": 1}
    assert check_settings() == [
        checks.Error(
            "SCHEMAGUARD['OPTIONAL'] must be a list or tuple, not str.",
            id="schemaguard.E001",
        ),
        checks.Error(
            "SCHEMAGUARD['MODES'] is not a known key. Did you mean 'MODE'?",
            id="schemaguard.E001",
        ),
    ]


def test_nothing_is_compared_in_tests() -> None:
    assert check_databases(databases=["default"]) == []
    assert check_deployment(databases=None) == []


def test_registered_under_their_tags() -> None:
    registry = checks.registry.registry
    assert check_settings in registry.registered_checks
    assert set(check_settings.tags) == {"schemaguard"}
    assert check_databases in registry.registered_checks
    assert set(check_databases.tags) == {"schemaguard", "database"}
    assert check_deployment in registry.deployment_checks
    assert set(check_deployment.tags) == {"schemaguard"}
