"""What came of one member, and how the command tells it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.command_lines import completed
from django_schemaguard.tenants.rollout import Attempt, Fate

if TYPE_CHECKING:
    from django_schemaguard.exceptions import SchemaguardError
    from django_schemaguard.tenants.members import Member


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one member, and how the command tells it.

    Attributes:
        text: For people, in full.
        document: For programs, in full.
    """

    attempt: Attempt
    text: str = ""
    document: dict[str, Any] = field(default_factory=dict)


def failed(member: Member, error: SchemaguardError, fate: Fate = Fate.FAILED) -> Told:
    """Return what is told of a member that an error kept from being worked on."""
    code = 0 if fate is Fate.GONE else error.exit_code
    attempt = Attempt(member, fate, code, message=str(error), hint=error.hint)
    return Told(attempt)


def named(told: Told) -> Told:
    """Return the same with the member in each command that a text advises."""
    member, attempt = told.attempt.member, told.attempt
    schemas = (member.schema,) if member.schema else ()

    def full(told: Any) -> Any:
        if isinstance(told, str):
            return completed(told, member.alias, schemas)
        if isinstance(told, dict):
            return {name: full(each) for name, each in told.items()}
        return [full(each) for each in told] if isinstance(told, list | tuple) else told

    said = replace(attempt, message=full(attempt.message), hint=full(attempt.hint))
    return Told(said, full(told.text), full(told.document))
