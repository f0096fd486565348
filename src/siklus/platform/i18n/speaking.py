"""The language a page is being written in. Django finds it in two microseconds, which a page of hundreds of words pays
hundreds of times; while a page is written the language cannot change, so it is looked up once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import get_language

_writing: ContextVar[str | None] = ContextVar("siklus_language", default=None)


def language() -> str:
    """The language of the reader: `en` or `id`."""
    return _writing.get() or get_language() or "en"


@contextmanager
def one_language() -> Iterator[None]:
    """Hold the language of this moment until the page is written."""
    token = _writing.set(get_language())
    try:
        yield
    finally:
        _writing.reset(token)
