"""How findings of migrations are shown: one module for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from django_schemaguard.core.lint import LintReport
from django_schemaguard.reporters.lint import (
    as_github,
    as_json,
    as_junit,
    as_sarif,
    as_text,
)
from django_schemaguard.reporters.look import Look

LintReporter: TypeAlias = Callable[[LintReport, Look], str]

LINT_REPORTERS: Mapping[str, LintReporter] = MappingProxyType(
    {
        "text": as_text.render,
        "json": as_json.render,
        "github": as_github.render,
        "sarif": as_sarif.render,
        "junit": as_junit.render,
    }
)
