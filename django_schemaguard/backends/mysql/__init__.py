"""MariaDB and MySQL: `information_schema`, and EXPLAIN over an empty row source."""

from .backend import MySQL

__all__ = ["MySQL"]
