"""How long a run may take, and the pauses between its tries."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_random = random.SystemRandom()


class Deadline:
    """A moment in the future, by a clock that nobody sets back.

    Args:
        seconds: From now on.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left; 0 where it has passed."""
        return max(0.0, self._end - time.monotonic())

    @property
    def left_ms(self) -> int:
        """The milliseconds that are left; at least 1, since 0 is no bound at all."""
        return max(1, round(self.left * 1000))

    @property
    def spent(self) -> float:
        """The part that is over, from 0 to 1."""
        return 1 - self.left / self.seconds if self.seconds else 1.0

    @property
    def passed(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def tries(self, first: float = 0.05, longest: float = 0.5) -> Iterator[int]:
        """Yield 0, 1, 2, … with pauses between that grow, until it has passed.

        The pauses are drawn at random from the upper half of their length, so that
        processes that began at once do not try at once again. There is always a
        first try.
        """
        number, pause = 0, first
        while True:
            yield number
            if self.passed:
                return
            time.sleep(min(self.left, pause * _random.uniform(0.5, 1.0)))
            number, pause = number + 1, min(longest, pause * 1.5)
