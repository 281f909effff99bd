from __future__ import annotations

import json
import re

from tests.commands.conftest import Project

EXTRA = "CREATE INDEX by_hand ON auth_user (first_name)"
WORK = re.compile(r"\(\d+ tables, \d+ queries, \d+\.\d\d s\)")


def plain(text: str) -> str:
    return WORK.sub("(…)", text)


def test_alike_is_0(project: Project) -> None:
    done = project.run("diff", "default", "other")
    assert plain(done.stdout) == "✅ 'other' is like 'default' (…)\n"
    assert (done.stderr, done.returncode) == ("", 0)
    assert project.run("diff", "default", "other", "-v", "0").stdout == ""


def test_different_is_1_whatever_the_severity(project: Project) -> None:
    project.sql(EXTRA, alias="other")
    done = project.run("diff", "default", "other")
    assert done.returncode == 1
    lines = plain(done.stdout).splitlines()
    assert lines[0].startswith("'other' compared with 'default': sqlite ")
    assert lines[3:] == [
        "auth_user",
        "  ℹ️ Index 'by_hand' of 'auth_user' is not in 'default': INDEX USING btree"
        " (first_name) [SG306]",
        "     effect: nothing at run time",
        "     hint: Drop it, or add it to 'default' by a migration.",
        "",
        "ℹ️ 'other' differs from 'default' (…): 1 info",
    ]
    lenient = project.run("diff", "default", "other", "--fail-level", "warning")
    assert lenient.returncode == 0


def test_json_names_both(project: Project) -> None:
    project.sql(EXTRA, alias="other")
    done = project.run("diff", "other", "default", "--format", "json")
    document = json.loads(done.stdout)
    assert document["against"] == "other"
    assert document["databases"][0]["alias"] == "default"
    (finding,) = document["findings"]
    assert (finding["code"], finding["cause"]) == ("SG301", "unknown")
    assert finding["message"] == "Index 'by_hand' of 'auth_user' is missing."


def test_snapshot_against_database(project: Project) -> None:
    project.run("snapshot", "taken.json")
    assert project.run("diff", "taken.json", "other").returncode == 0
    project.sql(EXTRA, alias="other")
    assert project.run("diff", "taken.json", "other").returncode == 1


def test_what_cannot_be_compared_is_2(project: Project) -> None:
    (project.path / "odd.json").write_text('{"format": 99}', encoding="utf-8")
    for words, message in (
        (("default", "nothing"), "❌ 'nothing' is no alias, no snapshot"),
        (("default", "odd.json"), "❌ Snapshot 'odd.json' is of format 99"),
        (("default", "absent"), "❌ Database file '"),
        (("default",), "❌ the following arguments are required: B"),
    ):
        done = project.run("diff", *words)
        assert (done.stdout, done.returncode) == ("", 2)
        assert done.stderr.startswith(message), done.stderr


def test_help_names_the_level_that_is_the_default(project: Project) -> None:
    told = " ".join(project.run("diff", "--help").stdout.split())
    assert "exit code is 1. Default: info." in told


def hints(project: Project, *sides: str) -> dict[str, str]:
    done = project.run("diff", *sides, "--format", "json")
    return {it["object"]: it["hint"] for it in json.loads(done.stdout)["findings"]}


def test_what_is_planned_is_mended_as_validate_says(project: Project) -> None:
    index = "auth_group_permissions_group_id_b120cbf9"
    project.sql(f"DROP INDEX {index}", alias="other")
    assert hints(project, "migrations", "other") == {
        index: "Run 'manage.py schemaguard auto_fix --database other'."
    }
    assert hints(project, "models", "other") == {
        index: "Run 'manage.py schemaguard validate --database other': what mends it"
        " depends on the cause."
    }
    assert hints(project, "default", "other") == {
        index: "Run 'manage.py schemaguard sync --from default --to other'; with --yes"
        " it adds it."
    }


def test_a_lost_record_is_not_migrated_again(project: Project) -> None:
    project.sql("DELETE FROM django_migrations WHERE app = 'auth'", alias="other")
    found = hints(project, "default", "other")
    assert found["auth.0001_initial"] == (
        "Run 'manage.py schemaguard validate --database other': its effects may be"
        " there already."
    )
    assert len(set(found.values())) == 1
    project.sql("DROP TABLE auth_user_groups", alias="other")
    found = hints(project, "default", "other")
    assert found["auth.0001_initial"] == "Run 'manage.py migrate --database other'."
