"""What `manage.py check` says of migrations that are not applied."""

from __future__ import annotations

from tests.commands.conftest import Project, migrated, project

AUTH = (
    *("user_user_permissions", "user_groups", "user"),
    *("group_permissions", "group", "permission"),
)
__all__ = ["migrated", "project"]


def test_pending_migrations_are_one_message(project: Project) -> None:
    project.sql(
        "DELETE FROM django_migrations WHERE app = 'auth'",
        *(f"DROP TABLE auth_{table}" for table in AUTH),
    )

    done = project.python("-m", "django", "check", "--database", "default")

    assert done.stderr.count("(schemaguard.W701)") == 1
    assert (
        "default: (schemaguard.W701) 12 migrations are not applied: auth:"
        " 0001_initial to 0012_alter_user_first_name_max_length"
        " (12).\n\tHINT: Run 'manage.py migrate'.\n"
    ) in done.stderr
