"""MariaDB and MySQL: `information_schema`, and EXPLAIN over an empty row source."""

from django_schemaguard.backends.mysql.backend import MySQL

__all__ = ["MySQL"]
