"""How a report is shown: one module for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from django_schemaguard.core.report import Report
from django_schemaguard.reporters import (
    as_github,
    as_json,
    as_junit,
    as_sarif,
    as_text,
)
from django_schemaguard.reporters.look import Look

Reporter: TypeAlias = Callable[[Report, Look], str]

REPORTERS: Mapping[str, Reporter] = MappingProxyType(
    {
        "text": as_text.render,
        "json": as_json.render,
        "github": as_github.render,
        "sarif": as_sarif.render,
        "junit": as_junit.render,
    }
)

# Formats that tell where in the source a finding has its roots.
LOCATED = frozenset({"github", "sarif", "junit"})
