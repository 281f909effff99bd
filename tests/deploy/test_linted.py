"""What `lint` says of the migrations that a database has yet to get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.databases import Job, lint_database
from tests.deploy.conftest import ALIAS, servers
from tests.deploy.operations import NOTE_MODEL

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

SMALL = NOTE_MODEL.replace("BigAutoField", "AutoField")


def small(job: Job) -> list[str | None]:
    """Return the migrations that make a small key."""
    found = lint_database(ALIAS, job).judgement.findings
    return [each.migration for each in found if each.code == "SG585"]


@servers("postgresql")
def test_what_a_package_chose_is_told_where_it_is_named(site: Site):
    site.write("0001_initial", SMALL)

    assert small(Job()) == ["shop.0001_initial"]
    assert small(Job(apps=frozenset({"contenttypes"}))) == ["contenttypes.0001_initial"]
