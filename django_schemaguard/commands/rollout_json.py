"""What is said of many members to programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard import __version__

if TYPE_CHECKING:
    from django_schemaguard.commands.rollout_told import Told
    from django_schemaguard.tenants.members import Member
    from django_schemaguard.tenants.rollout import Attempt, Group, Rollout

FORMAT = 1


def render(facts: dict[str, Any]) -> str:
    """Return the document; ASCII only."""
    whole = {
        "format": FORMAT,
        "schemaguard": __version__,
        "django": django.get_version(),
        **facts,
    }
    return json.dumps(whole, indent=2) + "\n"


def group_document(group: Group, found: Told) -> dict[str, Any]:
    """Return what would be done to a group, as its first member has it."""
    member = found.attempt.member
    names = [each.name for each in group.members] if member.schema else None
    head = {"alias": member.alias, "schemas": names}
    return {**found.document, **attempt_document(found.attempt), **head}


def rollout_document(
    rollout: Rollout, code: int, canary: dict[str, Any]
) -> dict[str, Any]:
    """Return how far it came, as plain values."""
    return {
        "exit_code": code,
        "summary": {
            "done": len(rollout.done),
            "unchanged": len(rollout.unchanged),
            "gone": len(rollout.gone),
            "failed": len(rollout.failed),
            "not_tried": len(rollout.not_tried),
        },
        "canary": rollout.canary and {**canary, **attempt_document(rollout.canary)},
        "done": [attempt_document(attempt) for attempt in rollout.done],
        "unchanged": [_member(member) for member in rollout.unchanged],
        "gone": [_member(member) for member in rollout.gone],
        "failed": [attempt_document(attempt) for attempt in rollout.failed],
        "not_tried": [_member(member) for member in rollout.not_tried],
    }


def attempt_document(attempt: Attempt) -> dict[str, Any]:
    """Return what came of one member."""
    return {
        **_member(attempt.member),
        "run": attempt.run,
        "exit_code": attempt.exit_code,
        "message": attempt.message or None,
        "hint": attempt.hint or None,
    }


def _member(member: Member) -> dict[str, Any]:
    return {"alias": member.alias, "schema": member.schema or None}
