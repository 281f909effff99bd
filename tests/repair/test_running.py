"""The one function, on a migrated database of its own."""

from __future__ import annotations

from django_schemaguard.conf import Settings
from django_schemaguard.core.rules import Mode
from django_schemaguard.pipeline import Job
from django_schemaguard.repair.planning import Choices

JOB = Job(Settings(), Mode.PRODUCTION, apps=frozenset({"sites", "redirects"}))
CHOICES = Choices()
