"""`override` for Python 3.11, which has none in `typing`."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import override
elif sys.version_info >= (3, 12):
    from typing import override
else:
    _F = TypeVar("_F", bound=Callable[..., Any])

    def override(function: _F, /) -> _F:
        """Return the function unchanged."""
        return function


__all__ = ["override"]
