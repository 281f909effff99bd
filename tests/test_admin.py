from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from django_schemaguard.models import Run, SchemaVersion, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client()
    user = get_user_model().objects.create_superuser("boss@example.com", "secret")
    client.force_login(user)
    return client


@pytest.fixture
def run() -> Run:
    """Return a run with one step and the version it left."""
    run = Run.objects.create(command="auto_fix", alias="default", host="web-7")
    Step.objects.create(run=run, position=1, kind="add_column", object_table="shop")
    SchemaVersion.objects.create(run=run, fingerprint="sha256:abc", source="auto_fix")
    return run


def test_runs_are_listed_and_found_by_what_they_touched(
    admin: Client, run: Run
) -> None:
    Run.objects.create(command="migrate", alias="default", host="web-8")
    url = "/admin/schemaguard/run/"
    assert b"2 runs" in admin.get(url).content
    for word, found in (("web-7", b"1 run"), ("shop", b"1 run"), ("none", b"0 runs")):
        assert found in admin.get(url, {"q": word}).content, word


def test_run_is_shown_with_its_steps_and_cannot_be_changed(
    admin: Client, run: Run
) -> None:
    url = f"/admin/schemaguard/run/{run.pk}/change/"
    page = admin.get(url).content
    assert b"add_column" in page
    assert b'name="_save"' not in page
    assert admin.post(url, {"command": "x"}).status_code == 403
    delete = f"/admin/schemaguard/run/{run.pk}/delete/"
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    assert admin.get("/admin/schemaguard/run/add/").status_code == 403
    assert Run.objects.get().command == "auto_fix"


def test_versions_are_found_by_fingerprint(admin: Client, run: Run) -> None:
    url = "/admin/schemaguard/schemaversion/"
    assert b"1 schema version" in admin.get(url, {"q": "abc"}).content
    assert b"0 schema versions" in admin.get(url, {"q": "xyz"}).content
