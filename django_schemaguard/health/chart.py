"""The schema versions over time, as the points of a small picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.health.journal import Version

WIDTH, HEIGHT = 640, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 12, 14, 14


@dataclass(frozen=True, slots=True)
class Dot:
    """One version.

    Attributes:
        x: As text, so that no language puts a comma into it.
        label: What it is, for a person.
    """

    x: str
    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Applied migrations over time, a dot for each version of the schema.

    Attributes:
        line: The points of a line in steps, as SVG wants them.
        dots: The oldest first.
    """

    line: str
    dots: tuple[Dot, ...]
    first: str
    last: str
    least: int
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def chart(versions: Sequence[Version]) -> Chart | None:
    """Return the picture of versions, the oldest first; None for none."""
    if not versions:
        return None
    counts = [version.migrations for version in versions]
    times = [version.at.timestamp() for version in versions]
    across = _scale(times, _LEFT, WIDTH - _RIGHT)
    up = _scale(list(map(float, counts)), HEIGHT - _BOTTOM, _TOP)
    places = list(zip(across, up, strict=True))
    return Chart(
        line=_steps(places),
        dots=tuple(
            Dot(f"{x:.1f}", f"{y:.1f}", _label(version))
            for (x, y), version in zip(places, versions, strict=True)
        ),
        first=f"{versions[0].at:%Y-%m-%d}",
        last=f"{versions[-1].at:%Y-%m-%d}",
        least=min(counts),
        most=max(counts),
    )


def _label(version: Version) -> str:
    return (
        f"{version.at:%Y-%m-%d %H:%M}: {version.source},"
        f" {version.migrations} migrations, {short(version.fingerprint)}"
    )


def short(fingerprint: str) -> str:
    """Return enough of a fingerprint to tell it from others."""
    kind, _, digits = fingerprint.partition(":")
    return digits[:12] or kind[:12]


def _scale(values: list[float], start: float, end: float) -> list[float]:
    """Lay values between start and end; in the middle where all are equal."""
    least, most = min(values), max(values)
    if least == most:
        return [(start + end) / 2 for _ in values]
    return [start + (v - least) / (most - least) * (end - start) for v in values]


def _steps(places: list[tuple[float, float]]) -> str:
    points, level = [], places[0][1]
    for x, y in places:
        points += [(x, level), (x, y)]
        level = y
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
