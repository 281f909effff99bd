"""What else a database holds that makes it behave as it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OtherObject:
    """A trigger, function, view, policy, grant, enum type or extension.

    Attributes:
        label: What it is, in words for a person.
        name: A function's with its arguments; of a grant, the role's.
        table: The table it belongs to; None for those that belong to none.
        definition: As the server prints it, on one line or many.
    """

    label: str
    name: str
    definition: str
    table: str | None = None

    @property
    def title(self) -> str:
        """The object with its name, and its table where it has one."""
        title = f"{self.label.capitalize()} '{self.name}'"
        return f"{title} of '{self.table}'" if self.table else title
