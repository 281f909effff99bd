from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django_schemaguard.reporters.words import moment, product, product_name


def test_a_moment_is_told_in_utc() -> None:
    vienna = timezone(timedelta(hours=2))
    at = datetime(2026, 7, 1, 1, 30, 5, tzinfo=vienna)
    assert moment(at) == "2026-06-30 23:30:05 UTC"


def test_mariadb_is_called_so_though_django_calls_it_mysql() -> None:
    assert product("mysql", "10.11.19-MariaDB") == "mariadb 10.11.19"
    assert product_name("mysql", "10.11.19-MariaDB") == "mariadb"
    assert product("mysql", "8.0.36") == "mysql 8.0.36"
    assert product_name("sqlite", None) == "sqlite"
