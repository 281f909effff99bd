"""In which order members are worked on, and where it ends."""

from __future__ import annotations

import pytest

from django_schemaguard.tenants.members import Member
from django_schemaguard.tenants.rollout import (
    Attempt,
    Fate,
    Group,
    Rollout,
    roll_out,
    with_canary,
)

FATES = {
    ".": Fate.DONE,
    "=": Fate.UNCHANGED,
    "!": Fate.FAILED,
    "?": Fate.GONE,
}


def members(names: str) -> tuple[Member, ...]:
    return tuple(Member("default", name) for name in names.split())


def told(rollout: Rollout) -> str:
    lists = {
        "done": [attempt.member for attempt in rollout.done],
        "unchanged": rollout.unchanged,
        "gone": rollout.gone,
        "failed": [attempt.member for attempt in rollout.failed],
        "not tried": rollout.not_tried,
    }
    parts = (
        f"{word} {' '.join(it.name for it in found)}"
        for word, found in lists.items()
        if found
    )
    return "; ".join(parts)


@pytest.mark.parametrize(
    ("groups", "fates", "keep_going", "tried", "end"),
    [
        pytest.param(("a b", "c"), "", False, "abc", "done a b c", id="all-well"),
        pytest.param(
            ("a b", "c"), "a!", False, "a", "failed a; not tried b c", id="canary-fails"
        ),
        pytest.param(
            ("a b", "c"), "a!", True, "a", "failed a; not tried b c", id="canary-stops"
        ),
        pytest.param(
            ("a b c", "d"), "b!", False, "ab", "done a; failed b; not tried c d",
            id="stop",
        ),
        pytest.param(
            ("a b c", "d"), "b!", True, "abcd", "done a c d; failed b", id="keep-going"
        ),
        pytest.param(
            ("a b c", "d e"), "a=", False, "ade", "done d e; unchanged a b c",
            id="what-is-done-is-not-looked-at",
        ),
        pytest.param(
            ("a b c", "d e"), "a=d!", True, "ad",
            "unchanged a b c; failed d; not tried e", id="first-to-do-is-canary",
        ),
        pytest.param(
            ("a b c",), "a?b=", False, "ab", "unchanged b c; gone a", id="gone"
        ),
        pytest.param(
            ("a b c", "d"), "a?b!", True, "ab", "gone a; failed b; not tried c d",
            id="gone-is-no-canary",
        ),
    ],
)  # fmt: skip
def test_order(
    groups: tuple[str, ...], fates: str, keep_going: bool, tried: str, end: str
) -> None:
    given = dict(zip(fates[::2], map(FATES.__getitem__, fates[1::2]), strict=True))
    asked = ""

    def work(member: Member, first: bool) -> Attempt:
        nonlocal asked
        asked += member.name
        assert first is (member.name in {names[0] for names in groups})
        return Attempt(member, given.get(member.name, Fate.DONE))

    rollout = roll_out(
        [Group(members(names)) for names in groups], work, keep_going=keep_going
    )
    assert (asked, told(rollout)) == (tried, end)


def test_runs_that_never_ended_are_looked_at() -> None:
    group = Group(members("a b c"), frozenset("c"))
    seen = []

    def work(member: Member, first: bool) -> Attempt:
        seen.append(member.name)
        return Attempt(member, Fate.DONE if member.name == "c" else Fate.UNCHANGED)

    assert told(roll_out([group], work)) == "done c; unchanged a b"
    assert seen == ["a", "c"]


def test_canary_may_be_named() -> None:
    groups = with_canary([Group(members("a b")), Group(members("c d"))], "d")
    assert [[it.name for it in group.members] for group in groups] == [
        ["d"],
        ["a", "b"],
        ["c"],
    ]
