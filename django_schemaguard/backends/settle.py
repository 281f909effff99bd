"""Bring both sides into the server's own words, so that they can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.backends.base import Answer, Backend, Question, Role
from django_schemaguard.core.expression import normal_text
from django_schemaguard.core.expressions_of import (
    Place,
    change_expressions,
    expressions_of,
    owned_expressions,
)
from django_schemaguard.core.schema import Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Schema, Table, Traits

_Text: TypeAlias = tuple[Place, str]


@dataclass(frozen=True)
class _Couple:
    """An expected table, the table found, and a row source for both texts.

    Attributes:
        types: For each column whose types are spelled differently, its name and both.
    """

    expected: Table
    actual: Table
    traits: Traits
    types: tuple[tuple[str, str, str], ...]
    asked: dict[tuple[Place, str], Question] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """The address of the table."""
        return str(self.actual.ref)

    @cached_property
    def texts(self) -> tuple[frozenset[_Text], frozenset[_Text]]:
        """The expressions of both sides, as far as they are settled by text."""
        return _texts(self.expected), _texts(self.actual)

    @cached_property
    def source(self) -> Table:
        """The table with the columns that it lacks."""
        fold = self.traits.key
        there = {fold(column.name) for column in self.actual.columns}
        lost = tuple(c for c in self.expected.columns if fold(c.name) not in there)
        if not lost:
            return self.actual
        return replace(self.actual, columns=self.actual.columns + lost)

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        # PostgreSQL alone tells Name from name, and then both have one type or the
        # texts differ anyway.
        return {column.name.lower(): column.type for column in self.source.columns}

    def ask(self, place: Place, expression: Expression) -> Question:
        """Return what to ask the server about one expression."""
        kind = self._kinds.get((place.column or "").lower())
        question = Question(self.source, self.name, place.role, expression.sql, kind)
        return self.asked.setdefault((place, expression.sql), question)

    def ask_type(self, name: str) -> Question:
        """Return what to ask the server about a type."""
        return Question(self.source, self.name, Role.TYPE, name)


def settle(
    backend: Backend,
    connection: BaseDatabaseWrapper,
    expected: Schema,
    actual: Schema,
) -> tuple[Schema, Schema]:
    """Return both schemas with types and expressions in one spelling.

    Only what the text does not settle is put to the server, in one call of
    `Backend.complete`, so that the actual schema is complete, too.
    """
    expected = _with_types(expected, backend.canonical_type)
    actual = _with_types(actual, backend.canonical_type)
    couples = tuple(_couples(expected, actual))
    differing = tuple(filter(_differ, couples))
    retyped = tuple(couple for couple in couples if couple.types)
    questions: dict[Question, None] = {}
    for couple in retyped:
        questions.update(dict.fromkeys(_type_questions(couple)))
    for couple in differing:
        questions.update(dict.fromkeys(_questions(couple)))
    complete, answers = backend.complete(connection, actual, questions)
    if not questions:
        return expected, complete
    ours: dict[int, Table] = {}
    theirs: dict[int, Table] = {}
    for couple in differing:
        ours[id(couple.expected)] = _answered(couple, couple.expected, answers)
        theirs[id(couple.actual)] = _answered(couple, couple.actual, answers)
    for couple in retyped:
        table = ours.get(id(couple.expected), couple.expected)
        ours[id(couple.expected)] = _same_types(table, couple, answers)
    return _replaced(expected, ours), with_numbers(_replaced(actual, theirs), complete)


def with_numbers(schema: Schema, complete: Schema) -> Schema:
    """Return a schema with what `Backend.complete` found out about the same tables."""
    pairs = zip(schema.tables, complete.tables, strict=True)
    return replace(
        schema,
        tables=tuple(
            table
            if table.numbering is other.numbering
            else replace(table, numbering=other.numbering)
            for table, other in pairs
        ),
        skips=complete.skips,
    )


def _with_types(schema: Schema, canonical: Callable[[str], str]) -> Schema:
    names = {c.type for table in schema for c in table.columns}
    known = {name: canonical(name) for name in names}
    if all(name == spelled for name, spelled in known.items()):
        return schema
    return replace(
        schema,
        tables=tuple(
            replace(
                table,
                columns=tuple(
                    c if known[c.type] == c.type else c.retyped(known[c.type])
                    for c in table.columns
                ),
            )
            for table in schema
        ),
    )


def _replaced(schema: Schema, tables: Mapping[int, Table]) -> Schema:
    return replace(schema, tables=tuple(tables.get(id(t), t) for t in schema.tables))


def _couples(expected: Schema, actual: Schema) -> Iterator[_Couple]:
    traits = actual.traits
    for table in expected:
        found = actual.table(table.name, table.namespace)
        if found is not None:
            types = tuple(_differing_types(table, found, traits))
            yield _Couple(table, found, traits, types)


def _differing_types(
    expected: Table, actual: Table, traits: Traits
) -> Iterator[tuple[str, str, str]]:
    theirs = {traits.key(column.name): column.type for column in actual.columns}
    for column in expected.columns:
        found = theirs.get(traits.key(column.name), "")
        if found and column.type and found != column.type:
            yield column.name, column.type, found


def _texts(table: Table) -> frozenset[_Text]:
    return frozenset((place, normal_text(e.sql)) for place, e in expressions_of(table))


def _differ(couple: _Couple) -> bool:
    """Return whether the texts alone leave anything open.

    A text that the model gives to a named index or constraint has to be found there:
    another one of the table may have it, too.
    """
    if couple.expected.partial:
        return False
    ours, theirs = couple.texts
    wanted = {(name, text) for name, text, named in _owned(couple.expected) if named}
    there = {(name, text) for name, text, _ in _owned(couple.actual)}
    return not (ours <= theirs and wanted <= there)


def _owned(table: Table) -> Iterator[tuple[str, str, bool]]:
    for owner, _, expression in owned_expressions(table):
        if owner is not None:
            yield owner.name, normal_text(expression.sql), owner.named


def _questions(couple: _Couple) -> Iterator[Question]:
    """Yield a question for each expression that its text does not settle.

    That of a default or generated column has but one to be compared with. All others
    of a table may be compared with each other.
    """
    ours, theirs = couple.texts
    settled = ours & theirs
    for table in (couple.expected, couple.actual):
        for place, expression in expressions_of(table):
            if expression.problem is not None:
                continue
            if (
                place.column is None
                or (place, normal_text(expression.sql)) not in settled
            ):
                yield couple.ask(place, expression)


def _type_questions(couple: _Couple) -> Iterator[Question]:
    for _, ours, theirs in couple.types:
        yield couple.ask_type(ours)
        yield couple.ask_type(theirs)


def _same_types(
    table: Table, couple: _Couple, answers: Mapping[Question, Answer]
) -> Table:
    """Return the table with types that the server takes for the actual ones."""
    equal: dict[str, str] = {}
    for name, ours, theirs in couple.types:
        one = answers[couple.ask_type(ours)].canonical
        if one is not None and one == answers[couple.ask_type(theirs)].canonical:
            equal[name] = theirs
    if not equal:
        return table
    return replace(
        table,
        columns=tuple(
            c.retyped(equal[c.name]) if c.name in equal else c for c in table.columns
        ),
    )


def _answered(
    couple: _Couple, table: Table, answers: Mapping[Question, Answer]
) -> Table:
    def change(place: Place, expression: Expression) -> Expression:
        question = couple.asked.get((place, expression.sql))
        if question is None or expression.problem is not None:
            return expression
        answer = answers[question]
        return Expression(expression.sql, answer.canonical, answer.problem)

    return change_expressions(table, change)
