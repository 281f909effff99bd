"""What a ledger in the database tells of who changed the schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One object that one statement made, changed or dropped.

    Attributes:
        role: Whose privileges the statement had.
        login: The role that the session logged in as.
        application: What the client calls itself; "" where it does not.
        client: Its address; None on a local socket.
        command: Such as "ALTER TABLE".
        dropped: The object was dropped, by itself or along with another.
        type: Such as "table column"; the server's word for the object.
        identity: The object as the server writes it, such as "public.shop_order".
        table: The table it is or belongs to; None where that is not known.
        name: The column, constraint or index; a table's own name for a table.
        statement: All that the client sent, passwords blotted out, cut where long.
        transaction: Its number.
        run: Such as "auto_fix 12", where a run of django-schemaguard did it.
        place: Where the search path has the object's schema, from 1; 0 where that
            schema is gone, None where the path does not have it.
    """

    at: datetime
    role: str
    login: str
    application: str
    client: str | None
    command: str
    dropped: bool
    type: str
    identity: str
    schema: str | None
    table: str | None
    name: str | None
    statement: str
    transaction: int
    run: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who left something as a finding tells it.

    Attributes:
        exact: The entry is about the very object; else it is the last one about its
            table.
    """

    entry: Entry
    exact: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for.

    Attributes:
        tables: Names of tables.
        names: Of columns, constraints, indexes and the like, each of any table.
        renamed: Tables to look for in the text of statements that name no object.
    """

    tables: frozenset[str]
    names: frozenset[str]
    renamed: frozenset[str]
