"""Names with any sign, on a real server."""

from __future__ import annotations

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.backends.identifiers import identifier


@pytest.mark.parametrize(
    "name", ["plain", 'in "quotes" here', '"quoted"', "`quoted`", "a`b", "100%"]
)
def test_the_server_reads_the_name(connection: BaseDatabaseWrapper, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 AS {identifier(connection, name)}")
        assert cursor.description[0][0] == name
