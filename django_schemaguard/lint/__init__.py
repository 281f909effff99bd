"""Lint migrations before they run: on operations, on their SQL, on live data."""

from __future__ import annotations

from django_schemaguard.core.lint import LintFinding
from django_schemaguard.lint.context import Context
from django_schemaguard.lint.judging import judge, judgement
from django_schemaguard.lint.rules import RULES

__all__ = ["RULES", "Context", "LintFinding", "judge", "judgement"]
