"""What `history` says of queries: which version made which cost more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.words import count, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.perf.versions import Costs
    from django_schemaguard.reporters.look import Look


def as_text(costs: Sequence[Costs], look: Look) -> str:
    """Return a line for each version, and one for each statement that costs more."""
    if not costs:
        return ""
    page = Page(look)
    page.line(("Queries that cost more", "bold"))
    for each in costs:
        slower = count(len(each.slower), "statement") if each.slower else "none"
        when = moment(each.since)
        page.line(f"{when}  {each.source}: {slower}", indent=2)
        for statement in each.slower:
            times = f"{statement['times']:.1f} times: {statement['statement']}"
            page.line(times, indent=4, hang=2)
    return f"\n{page.render()}"


def as_documents(costs: Sequence[Costs]) -> list[dict[str, Any]]:
    """Return the same as plain values."""
    return [
        {
            "version": each.version,
            "source": each.source,
            "since": each.since.isoformat(),
            "slower": list(each.slower),
        }
        for each in costs
    ]
