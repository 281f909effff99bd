"""Model fields of all kinds, with their options."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    IntegerRangeField,
)
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Lower, Now
from hypothesis import strategies as st

from tests.property.names import texts

Draw = Any

_NUMBERS = (
    models.BigIntegerField,
    models.IntegerField,
    models.PositiveBigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.SmallIntegerField,
)
_VALUES: dict[type[models.Field], st.SearchStrategy[Any]] = {
    **dict.fromkeys(_NUMBERS, st.integers(-9, 32_000)),
    models.BooleanField: st.booleans(),
    models.DateField: st.dates(datetime.date(1, 1, 1)),
    models.DateTimeField: st.just(Now()),
    models.FloatField: st.sampled_from([0.0, 1.5, -2.25, 1e20]),
    models.TimeField: st.just(datetime.time(12, 30)),
    models.DurationField: st.just(datetime.timedelta(days=1, seconds=2)),
    models.UUIDField: st.just(uuid.UUID(int=5)),
    models.GenericIPAddressField: st.just("127.0.0.1"),
    models.JSONField: st.sampled_from([{}, [], {"a": ["it's", None, 1.5]}, "x", 3]),
    models.BinaryField: st.just(b"\x00'\xff"),
}
_TEXTUAL = (
    models.CharField,
    models.EmailField,
    models.FileField,
    models.SlugField,
    models.TextField,
    models.URLField,
)
_UNKEYED = (models.TextField, models.BinaryField, models.JSONField)
_COLLATIONS = {
    "sqlite": ("NOCASE", "RTRIM", "BINARY"),
    "postgresql": ("C", "POSIX"),
    "mysql": ("utf8mb4_bin", "utf8mb4_german2_ci"),
}
_POSTGRESQL = (ArrayField, DateRangeField, IntegerRangeField, SearchVectorField)


@st.composite
def columns(draw: Draw, vendor: str) -> models.Field:
    """Draw a field that holds a value of its own."""
    classes = [*_VALUES, *_TEXTUAL, models.DecimalField, models.GeneratedField]
    if vendor == "postgresql":
        classes += _POSTGRESQL
    cls = draw(st.sampled_from(classes))
    if cls is models.GeneratedField:
        return draw(generated(vendor))
    chosen = draw(options(cls, vendor))
    return cls(**draw(_arguments(cls, vendor)), **chosen)


@st.composite
def _arguments(draw: Draw, cls: type[models.Field], vendor: str) -> dict[str, Any]:
    """Draw what the class demands."""
    if cls is models.DecimalField:
        places = draw(st.integers(0, 6))
        return {
            "max_digits": places + draw(st.integers(1, 9)),
            "decimal_places": places,
        }
    if cls is ArrayField:
        base = draw(
            st.sampled_from(
                [
                    models.IntegerField(),
                    models.CharField(max_length=7),
                    models.DecimalField(max_digits=5, decimal_places=2),
                    ArrayField(models.DateField()),
                ]
            )
        )
        return {"base_field": base, "size": draw(st.sampled_from([None, 3]))}
    if cls is models.CharField:
        lengths = st.integers(10, 250)
        if vendor != "mysql":
            lengths |= st.none()
        return {"max_length": draw(lengths)}
    return {}


@st.composite
def options(draw: Draw, cls: type[models.Field], vendor: str) -> dict[str, Any]:
    """Draw some of the options that every field has."""
    chosen: dict[str, Any] = {"null": draw(st.booleans())}
    keyed = vendor == "sqlite" or not issubclass(cls, _UNKEYED)
    if keyed and cls not in {SearchVectorField, IntegerRangeField, DateRangeField}:
        chosen |= draw(st.sampled_from([{}, {}, {"unique": True}, {"db_index": True}]))
    if draw(st.booleans()):
        chosen["db_comment"] = draw(texts().filter(lambda text: "%" not in text))
    if issubclass(cls, models.CharField | models.TextField) and draw(st.booleans()):
        chosen["db_collation"] = draw(st.sampled_from([None, *_COLLATIONS[vendor]]))
    return chosen | draw(_defaults(cls))


@st.composite
def _defaults(draw: Draw, cls: type[models.Field]) -> dict[str, Any]:
    """Draw a default of the database's, one of Python's, or none."""
    default = draw(_default(cls))
    match draw(st.integers(0, 3)):
        case 0 | 1 if default is not None:
            return {"db_default": default}
        case 2 if isinstance(default, bool | int | str | float):
            return {"default": default}
        case _:
            return {}


def _default(cls: type[models.Field]) -> st.SearchStrategy[Any]:
    if cls in _VALUES:
        return _VALUES[cls]
    if cls is models.DecimalField:
        return st.just(Decimal("1.5"))
    if issubclass(cls, _TEXTUAL):
        return st.one_of(texts(), st.just(Lower(Value("ABC"))))
    return st.none()


@st.composite
def generated(draw: Draw, vendor: str) -> models.Field:
    """Draw a generated column over `number` and `word`, which every model has."""
    numeric = draw(st.booleans())
    if numeric:
        expression = draw(
            st.sampled_from(
                [F("number") + 1, F("number") * F("number"), F("number") % 7]
            )
        )
        output = draw(
            st.sampled_from([models.IntegerField(), models.BigIntegerField()])
        )
    else:
        text = draw(texts().filter(lambda it: "\n" not in it))
        expression = draw(
            st.sampled_from([Lower("word"), Concat("word", Value(text), "word")])
        )
        output = models.CharField(max_length=200)
    stored = vendor == "postgresql" or draw(st.booleans())
    return models.GeneratedField(
        expression=expression,
        output_field=output,
        db_persist=stored,
        db_index=stored and draw(st.booleans()),
    )


@st.composite
def relations(draw: Draw, targets: tuple[str, ...]) -> models.Field:
    """Draw a field that refers to another model."""
    target = draw(st.sampled_from(targets))
    cls = draw(
        st.sampled_from(
            [models.ForeignKey, models.OneToOneField, models.ManyToManyField]
        )
    )
    if cls is models.ManyToManyField:
        constraint = draw(st.booleans())
        return cls(target, related_name="+", db_constraint=constraint)
    actions = [models.CASCADE, models.SET_NULL, models.DO_NOTHING]
    if hasattr(models, "DB_CASCADE"):
        actions += [models.DB_CASCADE, models.DB_SET_NULL]
    options: dict[str, Any] = {
        "on_delete": draw(st.sampled_from(actions)),
        "related_name": "+",
        "null": True,
        "db_constraint": draw(st.sampled_from([True, True, True, False])),
    }
    if cls is models.ForeignKey:
        options["db_index"] = draw(st.booleans())
        options["unique"] = draw(st.sampled_from([False, False, True]))
    return cls(target, **options)


def keys() -> st.SearchStrategy[models.Field]:
    """Return primary keys."""
    return st.sampled_from(
        [
            models.AutoField(primary_key=True),
            models.BigAutoField(primary_key=True),
            models.BigAutoField(primary_key=True),
            models.SmallAutoField(primary_key=True),
            models.UUIDField(primary_key=True),
            models.CharField(max_length=40, primary_key=True),
            models.PositiveIntegerField(primary_key=True),
        ]
    )
