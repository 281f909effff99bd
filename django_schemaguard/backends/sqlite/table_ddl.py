"""The parser of CREATE TABLE statements."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ...core.schema import Deferral
from .ddl import (
    CheckText,
    ColumnText,
    ForeignKeyText,
    KeyText,
    TableText,
    UniqueText,
    parse_key,
    split,
)
from .tokens import (
    Kind,
    NotUnderstood,
    Token,
    closing,
    text_of,
    tokenize,
    without_parentheses,
)

_CONSTRAINTS: Final = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
_AFTER_TYPE: Final = (
    *("CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT"),
    *("COLLATE", "REFERENCES", "GENERATED", "AS", "DEFERRABLE", ",", ")"),
)
_CONSTANTS: Final = ("NULL", "TRUE", "FALSE")
_CLOCK: Final = ("CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP")


def parse_table(sql: str) -> TableText:
    """Return what a CREATE TABLE statement says.

    Raises:
        NotUnderstood: It is not one, as far as this parser knows.
    """
    return _TableParser(tokenize(sql)).parse()


class _TableParser:
    """Walks the tokens of one statement once, collecting as it goes."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._position = 0
        self._columns: list[ColumnText] = []
        self._checks: list[CheckText] = []
        self._uniques: list[UniqueText] = []
        self._foreign_keys: list[ForeignKeyText] = []
        self._primary_key = ""
        self._autoincrement = False
        self._rowid_alias = True

    def parse(self) -> TableText:
        self._head()
        self._expect("(")
        self._column()
        while self._accept(","):
            if self._at(*_CONSTRAINTS):
                break
            self._column()
        # SQLite lets the commas between table constraints be left out.
        while not self._accept(")"):
            self._table_constraint()
            self._accept(",")
        self._options()
        return TableText(
            columns=tuple(self._columns),
            checks=tuple(self._checks),
            uniques=tuple(self._uniques),
            foreign_keys=tuple(self._foreign_keys),
            primary_key=self._primary_key,
            autoincrement=self._autoincrement,
            rowid_alias=self._rowid_alias,
        )

    def _head(self) -> None:
        self._expect("CREATE")
        if self._at("TEMP", "TEMPORARY"):
            self._next()
        self._expect("TABLE")
        if self._accept("IF"):
            self._expect("NOT")
            self._expect("EXISTS")
        self._name()
        if self._accept("."):
            self._name()

    def _options(self) -> None:
        while self._position < len(self._tokens):
            if self._accept("WITHOUT"):
                self._expect("ROWID")
                self._rowid_alias = False
            elif not (self._accept("STRICT") or self._accept(",") or self._accept(";")):
                raise NotUnderstood(f"'{self._next().text}' after the table")

    def _column(self) -> None:
        column = _ColumnParts(self._name(), self._type())
        while not self._at(",", ")"):
            name = self._constraint_name()
            if not self._at(",", ")"):
                self._column_constraint(column, name)
        self._columns.append(column.done())

    def _type(self) -> str:
        first = self._position
        while not self._at(*_AFTER_TYPE):
            if self._at("("):
                self._parenthesized()
            else:
                self._next()
        return text_of(self._tokens[first : self._position])

    def _column_constraint(self, column: _ColumnParts, name: str) -> None:
        match self._next().keyword:
            case "PRIMARY":
                self._column_primary_key(name)
            case "NOT" if self._at("DEFERRABLE"):
                self._late_deferral()
            case "NOT":
                self._expect("NULL")
                self._conflict()
            case "NULL":
                self._conflict()
            case "DEFERRABLE":
                self._late_deferral()
            case "UNIQUE":
                key = KeyText(column.name, None)
                self._uniques.append(UniqueText(name, (key,), self._conflict()))
            case "CHECK":
                self._check(name)
            case "DEFAULT":
                column.default = self._default()
            case "COLLATE":
                column.collation = self._name()
            case "REFERENCES":
                self._references(name, (column.name,))
            case "GENERATED":
                self._expect("ALWAYS")
                self._expect("AS")
                self._generated(column)
            case "AS":
                self._generated(column)
            case word:
                raise NotUnderstood(f"'{word}' in column '{column.name}'")

    def _column_primary_key(self, name: str) -> None:
        self._expect("KEY")
        self._primary_key = name
        if self._accept("DESC"):
            # Not an alias of the rowid, by a bug that SQLite keeps for ever.
            self._rowid_alias = False
        else:
            self._accept("ASC")
        self._conflict()
        self._autoincrement |= self._accept("AUTOINCREMENT")

    def _generated(self, column: _ColumnParts) -> None:
        column.generated = self._expression()
        column.stored = self._accept("STORED")
        if not column.stored:
            self._accept("VIRTUAL")

    def _default(self) -> str | None:
        if self._at("("):
            text = self._expression()
            return None if text.upper() == "NULL" else text
        first = self._position
        while self._at("+", "-"):
            self._next()
        token = self._next()
        if token.keyword == "NULL":
            return None
        if token.kind is Kind.QUOTED or (
            token.kind is Kind.WORD and not token.says(*_CONSTANTS, *_CLOCK)
        ):
            # A name in this place is a string to SQLite.
            return "'" + str(token.name).replace("'", "''") + "'"
        return text_of(self._tokens[first : self._position])

    def _table_constraint(self) -> None:
        name = self._constraint_name()
        if self._at(",", ")"):
            return
        match self._next().keyword:
            case "PRIMARY":
                self._expect("KEY")
                self._primary_key = name
                self._table_primary_key()
                self._conflict()
            case "UNIQUE":
                keys = tuple(parse_key(part) for part in split(self._parenthesized()))
                self._uniques.append(UniqueText(name, keys, self._conflict()))
            case "CHECK":
                self._check(name)
            case "FOREIGN":
                self._expect("KEY")
                columns = self._names()
                self._expect("REFERENCES")
                self._references(name, columns)
            case word:
                raise NotUnderstood(f"'{word}' where a constraint is due")

    def _table_primary_key(self) -> None:
        last = split(self._parenthesized())[-1]
        self._autoincrement |= bool(last) and last[-1].says("AUTOINCREMENT")

    def _check(self, name: str) -> None:
        self._checks.append(CheckText(name, self._expression()))
        self._conflict()

    def _references(self, name: str, columns: tuple[str, ...]) -> None:
        target = self._name()
        target_columns = self._names() if self._at("(") else ()
        while self._at("ON", "MATCH"):
            self._reference_action()
        deferral = self._deferral()
        self._foreign_keys.append(
            ForeignKeyText(name, columns, target, target_columns, deferral)
        )

    def _reference_action(self) -> None:
        if self._accept("MATCH"):
            self._name()
            return
        self._expect("ON")
        self._next()
        if self._at("SET", "NO"):
            self._next()
        self._next()

    def _deferral(self) -> Deferral:
        if self._at("NOT") and self._at("DEFERRABLE", ahead=1):
            self._next()
            self._next()
            self._deferral_words()
            return Deferral.NOT_DEFERRABLE
        if self._accept("DEFERRABLE"):
            deferred = self._deferral_words() == "DEFERRED"
            return Deferral.DEFERRED if deferred else Deferral.IMMEDIATE
        return Deferral.NOT_DEFERRABLE

    def _late_deferral(self) -> None:
        # Another constraint stands between REFERENCES and its deferral.
        self._position -= 1
        if not self._foreign_keys:
            raise NotUnderstood("DEFERRABLE without a foreign key")
        last = self._foreign_keys.pop()
        self._foreign_keys.append(replace(last, deferral=self._deferral()))

    def _deferral_words(self) -> str:
        return self._next().keyword if self._accept("INITIALLY") else ""

    def _conflict(self) -> str | None:
        if not self._accept("ON"):
            return None
        self._expect("CONFLICT")
        return self._next().keyword

    def _constraint_name(self) -> str:
        # The last of several names counts, as in SQLite.
        name = ""
        while self._accept("CONSTRAINT"):
            name = self._name()
        return name

    def _names(self) -> tuple[str, ...]:
        parts = split(self._parenthesized())
        names = tuple(part[0].name for part in parts if part)
        if None in names or len(names) != len(parts):
            raise NotUnderstood("a list of columns holds something else")
        return tuple(str(name) for name in names)

    def _expression(self) -> str:
        return text_of(without_parentheses(self._parenthesized()))

    def _parenthesized(self) -> tuple[Token, ...]:
        if not self._at("("):
            raise NotUnderstood(f"'{self._next().text}' instead of a parenthesis")
        end = closing(self._tokens, self._position)
        inner = self._tokens[self._position + 1 : end]
        self._position = end + 1
        return inner

    def _name(self) -> str:
        token = self._next()
        name = token.name
        if name is None:
            raise NotUnderstood(f"'{token.text}' instead of a name")
        return name

    def _at(self, *words: str, ahead: int = 0) -> bool:
        position = self._position + ahead
        return position < len(self._tokens) and self._tokens[position].says(*words)

    def _accept(self, word: str) -> bool:
        if not self._at(word):
            return False
        self._position += 1
        return True

    def _expect(self, word: str) -> None:
        token = self._next()
        if not token.says(word):
            raise NotUnderstood(f"'{token.text}' instead of {word}")

    def _next(self) -> Token:
        if self._position >= len(self._tokens):
            raise NotUnderstood("the statement ends early")
        token = self._tokens[self._position]
        self._position += 1
        return token


class _ColumnParts:
    """A column while its constraints are read."""

    def __init__(self, name: str, type_name: str) -> None:
        self.name = name
        self.type = type_name
        self.default: str | None = None
        self.collation: str | None = None
        self.generated: str | None = None
        self.stored = False

    def done(self) -> ColumnText:
        return ColumnText(
            name=self.name,
            type=self.type,
            default=self.default,
            collation=self.collation,
            generated=self.generated,
            stored=self.stored,
        )
