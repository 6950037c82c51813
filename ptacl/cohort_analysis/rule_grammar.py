"""Grammar of a group's rule: text to terms and back.

    lvef_pct < 50 and (sex = female or age_years from 60 to 70) and not group "my patients"

    rule := all {"or" all}          all := one {"and" one}
    one  := "not" one | "(" rule ")" | test
    test := column ("<" | "<=" | ">" | ">=" | "=" | "!=") value     column "from" number "to" number
          | column "in" "(" value {"," value} ")"                   column "is" ["not"] "unknown"
          | "group" name                                            "everyone" ["else"]

A name that is no plain word is written in double quotes, a quote in it twice. Nothing is executed:
the parser knows these forms only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NoReturn

import pandas as pd

from ptacl.cohort_analysis.rule_terms import (
    OPERATORS,
    Compared,
    Everyone,
    Joined,
    Missing,
    Not,
    OneOf,
    Operator,
    Saved,
    Term,
    Value,
    Within,
    comparable,
    is_number,
)
from ptacl.errors import PtaclError

_WORDS = ("and", "or", "not", "in", "from", "to", "is", "unknown", "everyone", "else", "group")
KEYWORDS = frozenset(_WORDS)
MOST_CHARACTERS = 2000
MOST_NESTED = 40
_MOST_NAMED = 8
_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"]|"")*")|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)'
    r"|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|!=|[<>=(),])|(?P<end>$)|(?P<other>.))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that a rule may use."""

    columns: Mapping[str, tuple[str, ...] | None]
    """Column → its codes; None for numbers."""
    groups: Collection[str] = field(default_factory=tuple)
    """Names of saved groups."""


def vocabulary(table: pd.DataFrame, groups: Collection[str] = ()) -> Vocabulary:
    """Return the columns of a table with their codes, and the names of saved groups."""
    columns: dict[str, tuple[str, ...] | None] = {}
    for name in table.columns:
        known = table[name].dropna()
        columns[str(name)] = (
            None if is_number(table[name]) else tuple(sorted(set(comparable(known).tolist())))
        )
    return Vocabulary(columns, tuple(groups))


def parse_rule(text: str, known: Vocabulary) -> Term:
    """Return the terms of a rule.

    Args:
        text: as in the module's grammar.
        known: what it may name.

    Raises:
        PtaclError: it does not follow the grammar or names something unknown; the message gives
            the character and what is allowed there.
    """
    return _Parser(text, known).whole()


def format_rule(term: Term) -> str:
    """Return a term as text that `parse_rule` turns into the same term.

    Example:
        >>> format_rule(Not(Joined("or", (Compared("sex", "=", "male"), Missing("my column")))))
        'not (sex = male or "my column" is unknown)'
    """
    match term:
        case Compared():
            return f"{_name(term.column)} {term.operator} {_value(term.value)}"
        case Within():
            return f"{_name(term.column)} from {_value(term.low)} to {_value(term.high)}"
        case OneOf():
            return f"{_name(term.column)} in ({', '.join(map(_value, term.values))})"
        case Missing():
            return f"{_name(term.column)} is unknown"
        case Saved():
            return f"group {_name(term.name)}"
        case Everyone():
            return "everyone else" if term.others_only else "everyone"
        case Not():
            inner = format_rule(term.term)
            return f"not ({inner})" if isinstance(term.term, Joined) else f"not {inner}"
        case Joined():
            return f" {term.word} ".join(_inner(each, term.word) for each in term.terms)


def _inner(term: Term, around: str) -> str:
    binds = isinstance(term, Joined) and not (around == "or" and term.word == "and")
    return f"({format_rule(term)})" if binds else format_rule(term)


def _name(text: str) -> str:
    plain = re.fullmatch(r"[^\W\d]\w*", text) and text.lower() not in KEYWORDS
    return text if plain else '"' + text.replace('"', '""') + '"'


def _value(value: Value) -> str:
    return _name(value) if isinstance(value, str) else repr(float(value)).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def keyword(self) -> str:
        return self.text.lower() if self.kind == "word" else ""


class _Parser:
    """Recursive descent over the tokens of one rule."""

    def __init__(self, text: str, known: Vocabulary) -> None:
        self._known = known
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Term:
        """Return the term of all tokens.

        Raises:
            PtaclError: the tokens are no rule, or something follows it.
        """
        term = self._joined("or")
        if self._token.kind != "end":
            self._refuse("and, or, or the end of the rule")
        return term

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _taken(self, *words: str) -> bool:
        """Take a keyword or sign if it is next."""
        is_next = self._token.keyword in words or (
            self._token.kind == "sign" and self._token.text in words
        )
        if is_next:
            self._take()
        return is_next

    def _expect(self, word: str) -> None:
        if not self._taken(word):
            self._refuse(word)

    def _refuse(self, allowed: str, at: _Token | None = None, fault: str = "") -> NoReturn:
        token = at or self._token
        what = fault or (f"{token.text!r}" if token.text else "the rule ends")
        raise PtaclError(
            f"Character {token.at + 1} of the rule: {what}. Allowed here: {allowed}.",
            code="group.unreadable_rule",
        )

    def _joined(self, word: str) -> Term:
        terms = [self._joined("and") if word == "or" else self._one()]
        while self._taken(word):
            terms.append(self._joined("and") if word == "or" else self._one())
        return terms[0] if len(terms) == 1 else Joined(word, tuple(terms))  # type: ignore[arg-type]

    def _one(self) -> Term:
        self._depth += 1
        if self._depth > MOST_NESTED:
            self._refuse(f"at most {MOST_NESTED} nested terms", fault="nested too deep")
        if self._taken("not"):
            term: Term = Not(self._one())
        elif self._taken("("):
            term = self._joined("or")
            self._expect(")")
        else:
            term = self._test()
        self._depth -= 1
        return term

    def _test(self) -> Term:
        if self._taken("everyone"):
            return Everyone(self._taken("else"))
        if self._taken("group"):
            return Saved(self._named("a saved group", tuple(self._known.groups)))
        column = self._named(
            "a column, not, everyone, group or (", tuple(self._known.columns), "a column"
        )
        return self._about(column, self._known.columns[column])

    def _about(self, column: str, codes: tuple[str, ...] | None) -> Term:
        if self._taken("is"):
            opposite = self._taken("not")
            self._expect("unknown")
            return Not(Missing(column)) if opposite else Missing(column)
        if self._taken("in"):
            return OneOf(column, self._list(codes))
        allowed: tuple[Operator, ...] = OPERATORS if codes is None else ("=", "!=")
        if codes is None and self._taken("from"):
            low = self._number()
            self._expect("to")
            return Within(column, low, self._number())
        operator = next((each for each in allowed if self._taken(each)), None)
        if operator is None:
            ranges = () if codes is not None else ("from … to …",)
            self._refuse(", ".join((*allowed, *ranges, "in (…)", "is unknown")))
        return Compared(column, operator, self._read_value(codes))

    def _list(self, codes: tuple[str, ...] | None) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._read_value(codes)]
        while self._taken(","):
            values.append(self._read_value(codes))
        self._expect(")")
        return tuple(values)

    def _read_value(self, codes: tuple[str, ...] | None) -> Value:
        return self._number() if codes is None else self._named("a code", codes)

    def _number(self) -> float:
        if self._token.kind != "number":
            self._refuse("a number")
        number = self._take()
        value = float(number.text)
        if value in (float("inf"), -float("inf")):
            self._refuse("a number below 1e308", number)
        return value

    def _named(self, allowed: str, names: tuple[str, ...], kind: str = "") -> str:
        """Take a name and check it."""
        token = self._token
        if token.kind not in ("word", "quoted", "number") or token.keyword in KEYWORDS:
            self._refuse(f"{allowed}{_examples('', names)}")
        self._take()
        text = token.text[1:-1].replace('""', '"') if token.kind == "quoted" else token.text
        if text not in names:
            self._refuse(
                (kind or allowed) + _examples(text, names), token, f"{text!r} is not known"
            )
        return text


def _examples(text: str, names: tuple[str, ...]) -> str:
    """Return names to choose from: similar ones, else the first."""
    shown = get_close_matches(text, names, 3) or names[:_MOST_NAMED]
    more = len(names) - len(shown)
    listed = ", ".join(map(_name, shown)) + (f" and {more} more" if more > 0 else "")
    return f" ({listed})" if shown else " (there is none)"


def _tokens(text: str) -> list[_Token]:
    if len(text) > MOST_CHARACTERS:
        raise PtaclError(
            f"The rule has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read. "
            "Save a part of it as a group and name that.",
            code="group.unreadable_rule",
        )
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "end"
        tokens.append(_Token(kind, match[kind], match.start(kind)))
        if kind == "end":
            break
    return tokens
