"""All migrations of the test project, Django's own among them."""

from __future__ import annotations

import pytest
from django.db.migrations.state import ProjectState

from django_schemaguard.history import full_plan, load_migrations
from django_schemaguard.lint import Context, judgement
from tests.lint.judged import TODAY, nowhere

# What Django's contrib apps did to tables that were there before.
CONTRIB = {
    "postgresql": {
        ("contenttypes.0002_remove_content_type_name", "SG512"),
        ("contenttypes.0002_remove_content_type_name", "SG540"),
        ("sites.0002_alter_domain_unique", "SG513"),
    },
    "mariadb": {
        ("auth.0002_alter_permission_name_max_length", "SG509"),
        ("contenttypes.0002_remove_content_type_name", "SG512"),
        ("contenttypes.0002_remove_content_type_name", "SG540"),
    },
    "sqlite": {
        ("auth.0002_alter_permission_name_max_length", "SG509"),
        ("auth.0010_alter_group_name_max_length", "SG509"),
        ("contenttypes.0002_remove_content_type_name", "SG512"),
        ("contenttypes.0002_remove_content_type_name", "SG540"),
    },
}
DJANGO = {
    "admin",
    "auth",
    "contenttypes",
    "flatpages",
    "redirects",
    "sessions",
    "sites",
}
NEW_TABLES = {"SG508", "SG585"}  # What is told of tables that are new.


@pytest.mark.parametrize("vendor", CONTRIB)
def test_every_migration_can_be_judged(vendor: str) -> None:
    loader = load_migrations(None)
    context = Context(
        nowhere(vendor),
        ProjectState(real_apps=loader.unmigrated_apps),
        loader=loader,
        today=TODAY,
        apart=True,
        style=True,
    )
    plan = [(loader.graph.nodes[node], False) for node in full_plan(loader)]
    judged = judgement(plan, context)

    assert len(judged.migrations) == len(plan)
    assert [each for each in judged.unjudged if each.migration] == []
    assert {
        (each.migration, each.code)
        for each in judged.findings
        if (each.migration or "").partition(".")[0] in DJANGO
        and each.code not in NEW_TABLES
    } == CONTRIB[vendor]
