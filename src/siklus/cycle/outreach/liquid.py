"""Templates that people write, in Liquid: few filters, every limit on, and nothing within reach but a few words."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext as _
from liquid import BoundTemplate, Environment, StrictUndefined
from liquid.exceptions import LiquidError, UndefinedError

from siklus.records.fields.record import Refused

LONGEST = 20_000
FILTERS = frozenset(
    "append capitalize default downcase escape first last prepend size strip truncate truncatewords upcase".split()
)
TAGS = frozenset(
    "if unless case for assign capture comment break continue output content illegal # else".split()
)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
Words = Mapping[str, Mapping[str, str]]


class _Limited(Environment):
    context_depth_limit = 10
    loop_iteration_limit = 500
    local_namespace_limit = 20_000
    output_stream_limit = 60_000


def _environment() -> Environment:
    """Autoescape is on although text is made: whatever is done with the result later, values bring no tags."""
    made = _Limited(autoescape=True, undefined=StrictUndefined)
    for name in set(made.filters) - FILTERS:
        del made.filters[name]
    for name in set(made.tags) - TAGS:
        del made.tags[name]
    return made


_liquid = _environment()


class CannotRender(Refused):
    """The template is wrong; the text says what."""


@lru_cache(maxsize=256)
def _parsed(source: str) -> BoundTemplate:
    """Read once, however many people it is written to."""
    if len(source) > LONGEST:
        raise CannotRender(_("This template is too long."))
    if any(".." in code for code in _CODE.findall(source)):  # (1..n) escapes the limit of loops
        raise CannotRender(_("Ranges such as (1..5) are not available in templates."))
    return _liquid.from_string(source)


def render(source: str, words: Words) -> str:
    """A template as plain text. Raises CannotRender."""
    try:
        return html.unescape(_parsed(source).render(**words))
    except CannotRender:
        raise
    except UndefinedError as error:
        raise CannotRender(
            _("The template names something that is not there: %(what)s.") % {"what": _said(error)}
        ) from error
    except LiquidError as error:
        raise CannotRender(_("The template cannot be read: %(what)s.") % {"what": _said(error)}) from error
    except (RecursionError, ValueError, TypeError, ArithmeticError) as error:
        raise CannotRender(
            _("The template cannot be read: %(what)s.") % {"what": type(error).__name__}
        ) from error


def _said(error: LiquidError) -> str:
    return str(error).split("\n", 1)[0][:200]


EXAMPLE: Words = {
    "contact": {"name": "Hendra Pratama", "first_name": "Hendra", "title": "CIO", "city": "Surabaya"},
    "company": {"name": "Bank Nusa", "industry": "banking", "city": "Surabaya"},
    "deal": {"name": "Bank Nusa, 120 seats"},
    "me": {"name": "Rani Astuti", "email": "rani@nusa.example"},
    "us": {"name": "Nusa Digital"},
}
