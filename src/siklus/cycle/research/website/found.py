"""One value that a page tells, and how text from strangers becomes clean."""

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum


class Way(IntEnum):
    """How a value was found, the surest last."""

    TEXT = 1  # in the words of the page
    LINK = 2  # tel:, mailto:, a link to a network
    META = 3  # the page's own head
    STRUCTURED = 4  # schema.org, meant for machines


@dataclass(frozen=True, slots=True)
class Found:
    key: str  # one of ATTRIBUTES in models
    value: str
    way: Way
    url: str


def is_past_year(text: str) -> bool:
    return int(text) <= datetime.now(UTC).year


_TAG = re.compile(r"<[^<>]{0,500}>")


def clean(value: object, most: int) -> str:
    """Text as people read it: no tags, no control or direction marks, single spaces; "" for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)[: most * 4]
    text = _TAG.sub(" ", html.unescape(text))
    kept = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    words = " ".join(kept.split())
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;.") + "…"
