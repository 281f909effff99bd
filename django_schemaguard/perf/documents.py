"""Costs as plain values, for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.perf.windows import mean, per_call

if TYPE_CHECKING:
    from django_schemaguard.perf.reading import Stat
    from django_schemaguard.perf.windows import Regression


def regression(each: Regression) -> dict[str, Any]:
    """Return a statement that costs more."""
    return {
        "statement": each.after.text,
        "times": round(each.times, 3),
        "before": _numbers(each.before),
        "after": _numbers(each.after),
    }


def _numbers(stat: Stat) -> dict[str, Any]:
    return {
        "calls": stat.calls,
        "mean_ms": round(mean(stat), 6),
        "blocks": round(per_call(stat), 3),
    }
