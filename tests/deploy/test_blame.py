"""The message of a failed migration says where it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, PRICE, WRONG_SQL

if TYPE_CHECKING:
    from tests.deploy.conftest import Site

KEY = 'RunPython(lambda apps, editor: {}["k"])'


@servers("sqlite", "mariadb")
def test_python_is_told_by_class_operation_and_line(site: Site):
    site.write("0001_initial", ITEM)
    site.write("0002_key", PRICE, KEY)

    said = site.migrate().message

    assert "failed: KeyError: 'k' (operation 2: Raw Python operation, " in said
    assert f"{site.module}/0002_key.py:9)" in said


@servers("sqlite")
def test_what_is_not_python_of_the_file_has_no_line(site: Site):
    site.write("0001_wrong", WRONG_SQL)

    said = site.migrate().message

    assert "failed: OperationalError: " in said
    assert "(operation 1: Raw SQL operation)" in said
    assert ".py:" not in said


@servers("sqlite")
def test_the_whole_traceback_only_on_request(site: Site):
    site.write("0001_key", KEY)

    plain, traced = site.command("migrate"), site.command("migrate", "--traceback")

    assert (plain[0], traced[0]) == (3, 3)
    assert "Traceback (most" not in plain[1]
    assert "Traceback (most recent call last)" in traced[1], traced[1]
