"""Models for PostgreSQL alone; none needs an extension."""

from tests.apps.pgkitchen.models.columns import (
    Arrays,
    Collated,
    LongNamed,
    Moved,
    Named,
    Ranges,
    Search,
    Texts,
)
from tests.apps.pgkitchen.models.objects import (
    Booking,
    Excluded,
    Expressions,
    Methods,
    Operators,
    Renamed,
    UniqueOptions,
)

__all__ = [
    "Arrays",
    "Booking",
    "Collated",
    "Excluded",
    "Expressions",
    "LongNamed",
    "Methods",
    "Moved",
    "Named",
    "Operators",
    "Ranges",
    "Renamed",
    "Search",
    "Texts",
    "UniqueOptions",
]
