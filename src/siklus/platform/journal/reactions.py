"""Who is told of a fact after it is committed. A reaction may not refuse and is safe to be told twice."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siklus.platform.journal.models import Entry

Reaction = Callable[["Entry"], None]
_by_key: dict[str, Reaction] = {}
_keys: dict[str, list[str]] = defaultdict(list)
_deaf: dict[str, frozenset[str]] = {}


def react(*facts: str, key: str, but_not: tuple[str, ...] = ()) -> Callable[[Reaction], Reaction]:
    """Tell this function of these facts. `key` names the reaction in the delivery table for good.

    `but_not` names channels of which it wants to hear nothing: an import tells once, at its end.
    """

    def register(function: Reaction) -> Reaction:
        if key in _by_key:
            raise ValueError(f"the reaction {key} is declared twice")
        _by_key[key] = function
        if but_not:
            _deaf[key] = frozenset(but_not)
        for name in facts:
            _keys[name].append(key)
        return function

    return register


def keys_for(name: str, channel: str = "") -> list[str]:
    """The reactions to tell of a fact that came by this channel."""
    return [key for key in _keys.get(name, ()) if channel not in _deaf.get(key, ())]


def reaction(key: str) -> Reaction | None:
    return _by_key.get(key)


def unregister(key: str) -> None:
    """Take a reaction out again (tests)."""
    _by_key.pop(key, None)
    _deaf.pop(key, None)
    for keys in _keys.values():
        if key in keys:
            keys.remove(key)
