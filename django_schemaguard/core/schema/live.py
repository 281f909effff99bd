"""What holds while a server runs: numbers given out, privileges, triggers."""

from __future__ import annotations

from dataclasses import dataclass, field

from django_schemaguard._typing import override


@dataclass(frozen=True, slots=True)
class Numbering:
    """What gives the next row its number.

    Attributes:
        column: The column numbered.
        sequence: Its sequence, with the namespace where the search path does not
            find it; None for the server's own counter (AUTO_INCREMENT).
        owned: The column owns the sequence, so that they are dropped together.
        usable: The connected role may draw numbers from it.
        next: The next number; None where it was not read.
        limit: The last number that both column and sequence can hold.
        highest: The highest number in the column; None where no row was found, or
            none was looked for.
        probe: What tells the backend `next` and `highest`, as long as they are not
            read.
    """

    column: str
    sequence: str | None = None
    owned: bool = True
    usable: bool = True
    next: int | None = None
    limit: int | None = None
    highest: int | None = None
    probe: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """What the connected role may not do with a table.

    Attributes:
        lacks: Privileges that it has on no column.
        on_columns: (privilege, columns) where it has it on other columns only.
        row_security: "active" where policies decide which rows the role sees,
            "bypassed" where they do for others; None where there is none.
    """

    lacks: frozenset[str] = frozenset()
    on_columns: tuple[tuple[str, frozenset[str]], ...] = ()
    row_security: str | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """A trigger or rule that the server runs when rows are written.

    Attributes:
        label: "trigger" or "rule".
        timing: "BEFORE", "AFTER" or "INSTEAD OF".
        events: Such as ("INSERT", "UPDATE").
    """

    name: str
    label: str
    timing: str
    events: tuple[str, ...]

    @override
    def __str__(self) -> str:
        return f"{self.timing} {' OR '.join(self.events)}"


@dataclass(frozen=True, slots=True)
class Session:
    """Who reads, and what counts for the whole database.

    Attributes:
        role: The connected role; None where the reader does not tell.
        read_only: Nothing can be written: a standby, or a role set to read.
        closed: Namespaces of the search path that the role may not use.
        extensions: Those installed.
        ledger: The role may read the ledger of changes; None where there is none.
    """

    role: str | None = None
    read_only: bool = False
    closed: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    ledger: bool | None = None


NO_ACCESS = Access()
NO_SESSION = Session()
