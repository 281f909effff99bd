"""Values of typed dataclasses from what JSON holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, partial
from sys import intern
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from django_schemaguard._typing import override

Decoder: TypeAlias = Callable[[Any], Any]

_WORDS = {str: "text", bool: "true or false", int: "a number"}


class Misfit(ValueError):
    """Something is not what the types want.

    Attributes:
        problem: The end of a sentence about the document, all but the place.
        place: Keys and positions, the innermost first.
    """

    def __init__(self, problem: str, *place: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = list(place)

    @override
    def __str__(self) -> str:
        steps = (f".{s}" if isinstance(s, str) else f"[{s}]" for s in self.place[::-1])
        return f"{self.problem} '{''.join(steps).removeprefix('.')}'"


@cache
def decoder(hint: Any) -> Decoder:
    """Return what makes values of a type; a document may have hundreds of thousands.

    It raises `Misfit`. The place is put together only then.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return _optional(arguments)
    if origin in {tuple, frozenset}:
        return _several(origin, arguments)
    if is_dataclass(hint):
        return _record(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint)
    return _text if hint is str else partial(_plain, hint)


def _record(kind: Any) -> Decoder:
    hints = get_type_hints(kind)
    told = [field for field in fields(kind) if field.init]
    decoders = {field.name: decoder(hints[field.name]) for field in told}
    needed = {
        field.name
        for field in told
        if field.default is MISSING and field.default_factory is MISSING
    }

    def decode(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _other_than("an object")
        if not value.keys() <= decoders.keys():
            unknown = next(key for key in value if key not in decoders)
            raise Misfit("has an unknown key", unknown)
        given = {}
        key = ""
        try:
            for key, item in value.items():
                given[key] = decoders[key](item)
        except Misfit as misfit:
            misfit.place.append(key)
            raise
        if not needed <= given.keys():
            raise Misfit("lacks the key", min(needed - given.keys()))
        return kind(**given)

    return decode


def _several(origin: Any, arguments: tuple[Any, ...]) -> Decoder:
    """Return what makes a tuple of any length, or of exactly this one."""
    exact = len(arguments) > 1 and arguments[-1] is not Ellipsis
    decoders = [decoder(hint) for hint in arguments if hint is not Ellipsis]

    def decode(value: Any) -> Any:
        if not isinstance(value, list):
            raise _other_than("a list")
        if exact and len(value) != len(decoders):
            raise _other_than(f"a list of {len(decoders)}")
        each = decoders if exact else decoders * len(value)
        made: list[Any] = []
        try:
            made.extend(it(item) for it, item in zip(each, value, strict=True))
        except Misfit as misfit:
            misfit.place.append(len(made))
            raise
        return origin(made)

    return decode


def _optional(arguments: tuple[Any, ...]) -> Decoder:
    (hint,) = (each for each in arguments if each is not type(None))
    inside = decoder(hint)
    return lambda value: None if value is None else inside(value)


def _member(kind: type[Enum]) -> Decoder:
    members = {each.value: each for each in kind}
    known = ", ".join(map(repr, members))

    def decode(value: Any) -> Any:
        if isinstance(value, str) and value in members:
            return members[value]
        raise _other_than(f"one of {known}")

    return decode


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _other_than(_WORDS[str])
    return intern(value)  # Most names and types come again and again.


def _plain(hint: Any, value: Any) -> Any:
    if type(value) is not hint:
        raise _other_than(_WORDS.get(hint, "something else"))
    return value


def _other_than(wanted: str) -> Misfit:
    return Misfit(f"has something else than {wanted} at")
