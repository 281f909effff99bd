"""Indexes and constraints of all kinds over the columns `number` and `word`."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import (
    BrinIndex,
    BTreeIndex,
    HashIndex,
    OpClass,
)
from django.db.models import CheckConstraint, Deferrable, F, Index, Q, UniqueConstraint
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Collate, Length, Lower, Upper
from hypothesis import strategies as st

from tests.property.names import texts

Draw = Any


@st.composite
def conditions(draw: Draw) -> Q:
    """Draw a condition that every database can check."""
    number = draw(st.integers(-5, 5))
    text = draw(texts())
    many = draw(st.lists(texts(), min_size=1, max_size=3, unique=True))
    simple = (
        Q(number__gt=number),
        Q(number__lte=number),
        Q(number__range=(number, number + 3)),
        Q(number__in=[number, 7, 8]),
        Q(number__isnull=True),
        Q(number=F("number") * 2),
        Q(word=text),
        Q(word__in=many),
        Q(word__startswith=text or "x"),
        Q(word__contains=text or "x"),
        Q(word__iexact=text or "x"),
        Q(word__gt=text),
    )
    one, two = draw(st.sampled_from(simple)), draw(st.sampled_from(simple))
    match draw(st.integers(0, 4)):
        case 0:
            return one & two
        case 1:
            return one | two
        case 2:
            return ~one
        case _:
            return one


@st.composite
def simple_conditions(draw: Draw) -> Q:
    """Draw a condition that a partial index may have."""
    number = draw(st.integers(-5, 5))
    text = draw(texts())
    return draw(
        st.sampled_from(
            [
                Q(number__gt=number),
                Q(number__isnull=False),
                Q(word=text),
                Q(word=text, number=number),
                Q(word=text) | Q(number__lt=number),
                ~Q(word=text),
                Q(number__in=[number, 7]),
            ]
        )
    )


@st.composite
def indexes(draw: Draw, vendor: str, name: str, more: tuple[str, ...]) -> Index:
    """Draw an index; `more` are further fields that an index may hold."""
    if draw(st.booleans()):
        return Index(fields=draw(_ordered(more)), name=name, **draw(_index_options()))
    expressions = [
        (Lower("word"),),
        (Upper("word").desc(), "number"),
        (F("number").desc(),),
        (F("number") + 1, F("word")),
        (Length("word"), Lower("word")),
        (Collate("word", "C" if vendor == "postgresql" else "NOCASE"),),
    ]
    if vendor == "mysql":
        del expressions[-1]
    if vendor == "postgresql":
        expressions += [
            (F("number").desc(nulls_last=True),),
            (F("number").asc(nulls_first=True),),
            (OpClass(Lower("word"), name="text_pattern_ops"),),
        ]
        special = [
            BTreeIndex(fields=["number"], name=name, fillfactor=70),
            BrinIndex(fields=["number"], name=name, pages_per_range=3),
            HashIndex(fields=["word"], name=name),
            Index(fields=["word"], opclasses=["varchar_pattern_ops"], name=name),
        ]
        if draw(st.booleans()):
            return draw(st.sampled_from(special))
    chosen = draw(st.sampled_from(expressions))
    options = draw(_index_options())
    return Index(*chosen, name=name, **options)


@st.composite
def _ordered(draw: Draw, more: tuple[str, ...]) -> list[str]:
    fields = draw(
        st.lists(st.sampled_from(("number", "word", *more)), min_size=1, unique=True)
    )
    return [draw(st.sampled_from(["", "-"])) + field for field in fields[:4]]


@st.composite
def _index_options(draw: Draw) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if draw(st.booleans()):
        options["condition"] = draw(simple_conditions())
    if draw(st.booleans()):
        options["include"] = ["side"]
    return options


@st.composite
def constraints(draw: Draw, name: str, more: tuple[str, ...]) -> BaseConstraint:
    """Draw a check or a unique constraint."""
    if draw(st.booleans()):
        return CheckConstraint(condition=draw(conditions()), name=name)
    if draw(st.sampled_from([False, False, True])):
        options = draw(_index_options())
        return UniqueConstraint(Lower("word"), F("number").desc(), name=name, **options)
    fields = tuple(
        draw(
            st.lists(
                st.sampled_from(("number", "word", *more)), min_size=1, unique=True
            )
        )
    )[:3]
    match draw(st.integers(0, 3)):
        case 0:
            options = draw(_index_options())
        case 1:
            options = {"deferrable": draw(st.sampled_from(list(Deferrable)))}
        case 2:
            options = {"nulls_distinct": draw(st.booleans())}
        case _:
            options = {}
    return UniqueConstraint(fields=fields, name=name, **options)
