"""Who is told of a fact after it is committed. A reaction may not refuse and is safe to be told twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from siklus.platform.installation.edition import Reference

if TYPE_CHECKING:
    from siklus.platform.journal.models import Entry

Reaction = Callable[["Entry"], None]
_by_key: dict[str, Reaction] = {}
_keys: dict[str, list[str]] = defaultdict(list)
_deaf: dict[str, frozenset[str]] = {}
_choosy: dict[str, Callable[[], frozenset[str]]] = {}
EVERY = "*"


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


def react_to_chosen(
    chosen: Callable[[], frozenset[str]], *, key: str, but_not: tuple[str, ...] = ()
) -> Callable[[Reaction], Reaction]:
    """Tell this function of the facts that people chose in the settings; `EVERY` among them means all.

    `chosen` is asked once per edition of the reference data, so its table has to be watched.
    """

    def register(function: Reaction) -> Reaction:
        react(key=key, but_not=but_not)(function)
        _choosy[key] = chosen
        return function

    return register


def keys_by_name(names: Iterable[str], channel: str = "") -> dict[str, list[str]]:
    """The reactions to tell of facts that came by this channel, by the names of the facts."""
    found = {
        name: [key for key in _keys.get(name, ()) if channel not in _deaf.get(key, ())] for name in names
    }
    listening = [key for key in _choosy if channel not in _deaf.get(key, ())]
    if found and listening:
        reference = Reference()
        for key in listening:
            wanted = reference.get(("reaction", key), _choosy[key])
            for name, keys in found.items():
                if name in wanted or EVERY in wanted:
                    keys.append(key)
    return found


def reaction(key: str) -> Reaction | None:
    return _by_key.get(key)


def unregister(key: str) -> None:
    """Take a reaction out again (tests)."""
    _by_key.pop(key, None)
    _deaf.pop(key, None)
    _choosy.pop(key, None)
    for keys in _keys.values():
        if key in keys:
            keys.remove(key)
