from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps

from django_schemaguard.conf.source import settings_file
from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.report import Location, Report, Verdict
from django_schemaguard.core.schema import TableRef
from django_schemaguard.locations import locate, project_root
from tests.reporters.samples import Column, Table, database

ROOT = Path(__file__).resolve().parent.parent
MODELS = "example_project/orders/models.py"
MIGRATION = "example_project/orders/migrations/0001_initial.py"


def located(
    model: str | None, name: str | None = None, migration: str | None = None
) -> Location | None:
    """Return where a finding is found to belong."""
    table = TableRef(None, "some_table", model)
    finding = Table(table) if name is None else Column(table, name)
    verdict = Verdict("default", finding, Severity.ERROR, Cause.DRIFT, migration)
    report = Report("production", (database(verdicts=(verdict,)),))
    (found,) = locate(report, ROOT, settings_file()).findings
    return found.location


def line(path: str, start: str) -> Location:
    """Return the first line of a file that starts so."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    found = (n for n, text in enumerate(lines, 1) if text.strip().startswith(start))
    return Location(path, next(found))


def test_model_and_field() -> None:
    assert located("orders.Order") == line(MODELS, "class Order(")
    assert located("orders.Order", "note") == line(MODELS, "note = ")
    assert located("orders.Order", "no_such_thing") == line(MODELS, "class Order(")


def test_index_or_constraint_by_its_name() -> None:
    model = apps.get_model("orders.Order")
    name = [*model._meta.indexes, *model._meta.constraints][0].name
    found = located("orders.Order", name)
    assert found is not None
    text = (ROOT / MODELS).read_text(encoding="utf-8").splitlines()[found.line - 1]
    assert f'"{name}"' in text


def test_automatic_table_is_its_field() -> None:
    through, field = next(
        (model, field)
        for owner in apps.get_models()
        for field in owner._meta.local_many_to_many
        for model in [field.remote_field.through]
        if model._meta.auto_created and owner.__module__.startswith("catalogue")
    )
    assert located(through._meta.label) == line(
        "example_project/catalogue/models.py", f"{field.name} = "
    )


def test_model_that_is_gone_is_found_in_its_migration() -> None:
    assert located("orders.Gone", migration="orders.0001_initial") == Location(
        MIGRATION, 1
    )
    found = located("orders.Gone", "note", migration="orders.0001_initial")
    assert found == line(MIGRATION, "('note'")


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        pytest.param("sites.Site", '"django.contrib.sites"', id="app-of-others"),
        pytest.param("sites.Gone", '"django.contrib.sites"', id="model-gone"),
    ],
)
def test_apps_of_others_are_found_where_they_are_installed(
    model: str, entry: str
) -> None:
    expected = line("tests/settings.py", entry)
    assert located(model, "domain", migration="sites.0001_initial") == expected


@pytest.mark.parametrize(
    ("model", "migration"),
    [
        pytest.param(None, None, id="no-model"),
        pytest.param("gone.Model", "gone.0001_initial", id="no-app"),
        pytest.param(None, "orders.0999_gone", id="no-migration"),
    ],
)
def test_the_rest_is_laid_to_the_settings(
    model: str | None, migration: str | None
) -> None:
    found = located(model, migration=migration)
    assert found == Location("tests/settings.py", 1)


def test_nothing_outside_the_root_is_told(tmp_path: Path) -> None:
    table = TableRef(None, "some_table", "orders.Order")
    verdict = Verdict("default", Table(table), Severity.ERROR, Cause.DRIFT)
    report = Report("production", (database(verdicts=(verdict,)),))
    assert locate(report, tmp_path, settings_file()) == report


def test_root_is_the_nearest_under_git(tmp_path: Path) -> None:
    inner = tmp_path / "repo" / "site" / "app"
    inner.mkdir(parents=True)
    (tmp_path / "repo" / ".git").touch()
    assert project_root(inner) == tmp_path / "repo"
    assert project_root(inner.parent.parent) == tmp_path / "repo"


def test_root_without_git_is_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    found = project_root(tmp_path / "x")
    assert found in {tmp_path / "x", *tmp_path.parents}
