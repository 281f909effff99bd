"""Count the statements of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Counter:
    """Counts the statements of one run and hands each to `trace`."""

    trace: Callable[[str], None]
    count: int = 0

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001  Django's execute_wrapper calls it so.
        context: dict[str, Any],
    ) -> Any:
        """Count one statement, and let it run."""
        self.count += 1
        self.trace(sql)
        return execute(sql, params, many, context)
