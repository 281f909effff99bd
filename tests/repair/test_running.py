"""The one function, on a migrated database of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.test.utils import override_settings

from django_schemaguard.conf import Settings
from django_schemaguard.core.rules import Mode
from django_schemaguard.models import Run
from django_schemaguard.pipeline import Job
from django_schemaguard.repair.planning import Choices, plan
from django_schemaguard.repair.running import Pace, PlanOutdated, auto_fix, perform
from django_schemaguard.signals import schema_fixed

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.plugin import DjangoDbBlocker

JOB = Job(Settings(), Mode.PRODUCTION, apps=frozenset({"sites", "redirects"}))
CHOICES = Choices()
