"""Everything that can go wrong, each as one line for a person."""

from __future__ import annotations


def in_one_line(error: BaseException) -> str:
    """Return the type and the words of somebody else's exception."""
    return " ".join(f"{type(error).__name__}: {error}".split())


class SchemaguardError(Exception):
    """Base class; `str()` is one clear line, `hint` the next action.

    Attributes:
        exit_code: What the management command exits with.
        hint: What to do about it, imperative; "" where there is nothing to say.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class BadSettings(SchemaguardError):
    """The SCHEMAGUARD setting is wrong.

    Attributes:
        problems: All that is wrong with it, one line each.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class UnknownName(SchemaguardError):
    """An alias, app, code or migration that does not exist."""


class DatabaseUnreachable(SchemaguardError):
    """The server refused, failed or did not answer in time."""


class DatabaseUnsupported(DatabaseUnreachable):
    """Django refuses the server, which is too old for it."""


class DatabaseUnreadable(SchemaguardError):
    """Connected, but the catalog could not be read."""


class StateUnusable(SchemaguardError):
    """The models cannot be built as the migrations leave them."""


class UnusableFile(SchemaguardError):
    """A snapshot or baseline that cannot be read, or is none, or does not fit."""


class NotInTime(SchemaguardError):
    """A lock or the deadline was not got; nothing was changed."""

    exit_code = 75


class LockLost(SchemaguardError):
    """The session that held the lock of a run is gone, or another run took over."""

    exit_code = 4


class JournalUnwritable(SchemaguardError):
    """What is done cannot be written down, so nothing is done."""


class NotPermitted(SchemaguardError):
    """The role, the server or the pooler does not allow what is to be done."""
