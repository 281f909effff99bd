"""Pairs and columns for the tests of the kinds, and what a finding says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django_schemaguard.core.finding import Finding
from django_schemaguard.core.pairing import Pairs, TablePair
from django_schemaguard.core.schema import (
    Column,
    Expression,
    Facet,
    RelationKind,
    Schema,
    Skip,
    Table,
    Traits,
)


@dataclass(frozen=True)
class Told:
    """All that a finding says."""

    severity: str
    effect: str
    message: str
    hint: str
    object: str | None = None
    field: str | None = None
    expected: str | None = None
    actual: str | None = None
    fixable: bool = False


def told(finding: Finding) -> Told:
    return Told(
        severity=finding.severity.word,
        effect=finding.effect_text,
        message=finding.message,
        hint=finding.hint,
        object=finding.object,
        field=finding.field,
        expected=finding.expected,
        actual=finding.actual,
        fixable=finding.fixable,
    )


def found(kind: type[Finding], pairs: Pairs) -> list[Told | Skip]:
    """Return what the kind tells of the pairs, in order."""
    return [
        result if isinstance(result, Skip) else told(result)
        for result in kind.detect(pairs)
    ]


def pairs_of(
    *tables: TablePair,
    vendor: str = "postgresql",
    blind: Facet | None = None,
    **rest: Any,
) -> Pairs:
    """Return pairs on a server of the vendor whose reader sees all but `blind`."""
    traits = Traits(vendor, sees=frozenset(Facet) - {blind})
    actual = Schema(traits, tuple(pair.actual for pair in tables))
    return Pairs(Schema(traits), actual, tables=tables, **rest)


def order(
    *,
    kind: RelationKind = RelationKind.TABLE,
    expected: dict[str, Any] | None = None,
    actual: dict[str, Any] | None = None,
    **rest: Any,
) -> TablePair:
    """Return the pair of shop.Order's table with what the test is about."""
    return TablePair(
        expected=Table("shop_order", model="shop.Order", **(expected or {})),
        actual=Table("shop_order", namespace="public", kind=kind, **(actual or {})),
        **rest,
    )


def declared(**rest: Any) -> TablePair:
    """Return the pair of a table that only the settings declare."""
    return TablePair(
        expected=Table("rates", partial=True),
        actual=Table("rates", namespace="public"),
        **rest,
    )


def column_pair(expected: Column, actual: Column, /, **rest: Any) -> Pairs:
    """Return pairs with one column on both sides of shop.Order's table."""
    vendor = rest.pop("vendor", "postgresql")
    return pairs_of(order(columns=((expected, actual),), **rest), vendor=vendor)


def sql(
    text: str, canonical: str | None = None, problem: str | None = None
) -> Expression:
    return Expression(text, canonical, problem)


UNCOMPILED = "the server could not compile it"
