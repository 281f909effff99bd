"""How each server is dumped, and how the dump is verified."""

from django_schemaguard.deploy.dumps.mariadb import dump_mariadb
from django_schemaguard.deploy.dumps.postgresql import dump_postgresql
from django_schemaguard.deploy.dumps.sqlite import dump_sqlite

__all__ = ["dump_mariadb", "dump_postgresql", "dump_sqlite"]
