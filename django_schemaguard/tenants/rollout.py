"""Do the same to many members: one first, and the rest only where that went well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django_schemaguard.tenants.members import Member


class Fate(Enum):
    """What became of a member."""

    DONE = "done"
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one member.

    Attributes:
        exit_code: As the contract of the command has it; of one that is done, too.
        run: Its number in the journal of the member.
        message: Why it failed, one line.
        hint: What to do about it.
    """

    member: Member
    fate: Fate
    exit_code: int = 0
    run: int | None = None
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Members that are alike: what there is nothing to do for in one, is done in all.

    Attributes:
        unfinished: Names of those where a run never ended; each is looked at.
    """

    members: tuple[Member, ...]
    unfinished: frozenset[str] = frozenset()


@dataclass(slots=True)
class Rollout:
    """How far it came.

    Attributes:
        canary: The first that there was something to do for.
        unchanged: Those that there was nothing to do for.
        gone: Those that were dropped since they were chosen.
        not_tried: Those behind the failure that stopped it.
        exit_codes: Of all that were tried.
    """

    canary: Attempt | None = None
    done: list[Attempt] = field(default_factory=list)
    failed: list[Attempt] = field(default_factory=list)
    unchanged: list[Member] = field(default_factory=list)
    gone: list[Member] = field(default_factory=list)
    not_tried: list[Member] = field(default_factory=list)
    exit_codes: set[int] = field(default_factory=set)

    def note(self, attempt: Attempt) -> None:
        """Keep what came of a member."""
        self.exit_codes.add(attempt.exit_code)
        match attempt.fate:
            case Fate.UNCHANGED:
                self.unchanged.append(attempt.member)
                return
            case Fate.GONE:
                self.gone.append(attempt.member)
                return
            case Fate.DONE:
                self.done.append(attempt)
            case Fate.FAILED:
                self.failed.append(attempt)
        self.canary = self.canary or attempt


Work = Callable[[Member, bool], Attempt]


def roll_out(
    groups: Iterable[Group], work: Work, *, keep_going: bool = False
) -> Rollout:
    """Work on the members in their order, up to the first that fails.

    Args:
        groups: The canary is the first member that there is something to do for.
        work: Is given a member, and whether it is the first of its group.
        keep_going: Go on after a failure, unless it is that of the canary.
    """
    rollout = Rollout()
    stopped = False
    for group in groups:
        settled = False
        for position, member in enumerate(group.members):
            if stopped:
                rollout.not_tried.append(member)
                continue
            if settled and member.name not in group.unfinished:
                rollout.unchanged.append(member)
                continue
            attempt = work(member, position == 0)
            rollout.note(attempt)
            settled = settled or attempt.fate is Fate.UNCHANGED
            if attempt.fate is Fate.FAILED:
                stopped = not keep_going or attempt is rollout.canary
    return rollout


def with_canary(groups: Sequence[Group], name: str) -> tuple[Group, ...]:
    """Return the groups with one member in front of all."""
    chosen = [it for group in groups for it in group.members if it.name == name]
    unfinished = frozenset(it for group in groups for it in group.unfinished)
    rest = (
        Group(tuple(m for m in it.members if m.name != name), it.unfinished)
        for it in groups
    )
    return (Group(tuple(chosen), unfinished), *rest)
