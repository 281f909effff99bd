"""What is refused makes nothing, so that an empty database stays one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.applying import SingleImpossible
from django_schemaguard.deploy.asking import NothingToResume
from django_schemaguard.deploy.dumps.failure import BackupFailed
from django_schemaguard.deploy.resuming import resume
from django_schemaguard.deploy.ways import Choice
from django_schemaguard.exceptions import UnknownName
from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, PRICE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.conftest import Site


def test_a_refused_run_makes_no_table(site: Site, tmp_path: Path):
    site.write("0001_initial", ITEM)
    site.write("0002_price", PRICE)
    site.connection.ensure_connection()
    (tmp_path / "file").touch()

    with pytest.raises(NothingToResume):
        resume(site.request(), Choice.FINISH)
    with pytest.raises(UnknownName):
        site.migrate(app="nope")
    with pytest.raises(BackupFailed):
        site.migrate(backup=tmp_path / "file" / "backups")
    site.write("0003_apart", 'RunSQL("SELECT 1")', extra="atomic = False")
    with pytest.raises(SingleImpossible):
        site.migrate(single_transaction=True)

    assert site.connection.introspection.table_names() == []


def test_the_journal_alone_leaves_an_empty_database(site: Site):
    site.write("0001_initial", ITEM)
    assert site.command("migrate", "schemaguard")[0] == 0

    code, said = site.command("validate", "--production")

    assert (code, "[SG704]" in said, "SG701" in said) == (1, True, False)
    assert "No table of the project is there" in said


@servers("sqlite")
def test_an_app_is_not_taken_for_the_folder_of_backups(site: Site):
    site.write("0001_initial", ITEM)

    code, said = site.command("migrate", "--backup", "shop", "0001")

    assert code == 2
    assert "'shop' is an app" in said
    assert "('migrate shop --backup')" in said
    assert "--backup=DIR" in said
    assert site.connection.introspection.table_names() == []
