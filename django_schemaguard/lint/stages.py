"""Whether a migration is for before a deploy, or for after it.

Read are the marks of django-syzygy (``stage = Stage.POST_DEPLOY``), those of
django-safemigrate (``safe = Safe.after_deploy()``), and plain words:
``stage = "post"``.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.migrations.migration import Migration


class Stage(Enum):
    """When a migration is to run."""

    PRE = "pre"
    POST = "post"


_WORDS = {
    "pre": Stage.PRE,
    "pre_deploy": Stage.PRE,
    "before_deploy": Stage.PRE,
    "post": Stage.POST,
    "post_deploy": Stage.POST,
    "after_deploy": Stage.POST,
}


def stage_of(migration: Migration) -> Stage | None:
    """Return the stage that a migration is marked for; None for none, or any."""
    for attribute in ("stage", "safe"):
        mark = getattr(migration, attribute, None)
        mark = getattr(mark, "safe", mark)  # safemigrate wraps its word.
        word = str(getattr(mark, "value", mark)).lower()
        name = str(getattr(mark, "name", "")).lower()
        found = _WORDS.get(word) or _WORDS.get(name)
        if found is not None:
            return found
    return None
