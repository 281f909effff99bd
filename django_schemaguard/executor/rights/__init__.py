"""Whether the role may do all that a plan asks for, before any of it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.exceptions import NotPermitted
from django_schemaguard.executor.rights.mysql import lacking as _mysql
from django_schemaguard.executor.rights.postgresql import lacking as _postgresql
from django_schemaguard.executor.rights.sqlite import lacking as _sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import PlannedStep

_LACKING = {"postgresql": _postgresql, "mysql": _mysql, "sqlite": _sqlite}


def check_rights(connection: BaseDatabaseWrapper, steps: Iterable[PlannedStep]) -> None:
    """Make sure that the role may run the steps, and write the journal.

    What a server tells too late or not at all, such as who may create an extension,
    is left to the step.

    Raises:
        NotPermitted: With the GRANT that is lacking as its hint.
    """
    stages = tuple(stage for step in steps for stage in step.stages)
    found = tuple(dict.fromkeys(_LACKING[connection.vendor](connection, stages)))
    if found:
        problems = dict.fromkeys(it.problem for it in found)
        hints = dict.fromkeys(it.remedy for it in found if it.remedy)
        raise NotPermitted(" ".join(problems), " ".join(hints))
