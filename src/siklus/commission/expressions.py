"""Formulas of a plan: who is eligible, a derived amount, a weight. Rule Engine's grammar, cut down and typed.

Numbers are decimal. There are no loops, functions, attributes, patterns, clocks or chance, so a formula gives the same
answer for the same row, and quickly. A misspelt name or a number compared with a text fails when the plan is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context as DecimalContext
from decimal import Decimal, DecimalException
from functools import cached_property
from typing import Any

import rule_engine
from rule_engine.builtins import Builtins
from rule_engine.parser import Parser

LONGEST = 500
ALLOWED = frozenset(
    "FLOAT STRING SYMBOL LPAREN RPAREN QMARK COLON COMMA LBRACKET RBRACKET TRUE FALSE AND OR NOT IN "
    "ADD SUB MUL TDIV EQ NE GT GE LT LE".split()
)
TYPES = {
    "number": rule_engine.DataType.FLOAT,
    "text": rule_engine.DataType.STRING,
    "yes_no": rule_engine.DataType.BOOLEAN,
}
_TOKENS = Parser()


class FormulaError(ValueError):
    """The formula cannot be used; the text says why."""


@dataclass(frozen=True)
class Formula:
    """`source` over the names of `names` (name to number, text or yes_no), giving a `gives`.

    Raises FormulaError when it is made, if it is too long, uses what is not allowed, or does not fit its names.
    """

    source: str
    names: Mapping[str, str] = field(hash=False)
    gives: str = "yes_no"

    def __post_init__(self) -> None:
        if len(self.source) > LONGEST:
            raise FormulaError(f"is longer than {LONGEST} characters; make it shorter")
        _only_allowed(self.source)
        found = self._rule.statement.expression.result_type
        if found != TYPES[self.gives]:
            kind = {"yes_no": "yes or no (a comparison)", "number": "a number"}[self.gives]
            raise FormulaError(f"must give {kind}")

    @cached_property
    def _rule(self) -> rule_engine.Rule:
        context = rule_engine.Context(
            type_resolver=rule_engine.type_resolver_from_dict({n: TYPES[t] for n, t in self.names.items()}),
            decimal_context=DecimalContext(prec=40),
        )
        context.builtins = Builtins({})
        try:
            return rule_engine.Rule(self.source, context=context)
        except rule_engine.errors.SymbolResolutionError as wrong:
            known = ", ".join(sorted(self.names))
            raise FormulaError(f"knows no “{wrong.symbol_name}”; there is {known}") from None
        except (rule_engine.errors.EngineError, DecimalException) as wrong:
            raise FormulaError(f"cannot be read: {getattr(wrong, 'message', wrong)}") from None

    def value(self, row: Mapping[str, Any]) -> Any:
        """The answer for one row: a bool or a Decimal. Raises FormulaError when it has none, as for a division by zero."""
        try:
            found = self._rule.evaluate({name: row[name] for name in self.names})
        except (rule_engine.errors.EngineError, DecimalException, ArithmeticError) as wrong:
            raise FormulaError(
                f"gives nothing: {getattr(wrong, 'message', None) or type(wrong).__name__}"
            ) from None
        if isinstance(found, Decimal) and (not found.is_finite() or abs(found.adjusted()) > 30):
            raise FormulaError("gives a number that no amount can be")
        return found


def _only_allowed(source: str) -> None:
    lexer = _TOKENS._lexer.clone()
    lexer.input(source)
    try:
        tokens = list(iter(lexer.token, None))
    except rule_engine.errors.EngineError as wrong:
        raise FormulaError(f"cannot be read: {getattr(wrong, 'message', wrong)}") from None
    for token in tokens:
        if token.type not in ALLOWED or str(token.value).startswith("$"):
            raise FormulaError(
                f"may not use “{token.value}”; comparisons, and/or/not, in, ? :, + - * / are there"
            )
