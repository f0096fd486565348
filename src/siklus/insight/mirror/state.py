"""Which files of the mirror hold: one small JSON file that is replaced as a whole."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from django.conf import settings

FORMAT = 1  # raise it when columns change: the mirror is then made anew
TABLES = ("history", "activities")


@dataclass(frozen=True)
class State:
    """What the mirror holds.

    Attributes
    ----------
    head : the last entry of the journal that is in it
    missing : (first, last, seen at) of ids below `head` that were not there: their transaction may still be open
    base : table → bucket → file name; a bucket holds the rows of BUCKET neighbouring ids
    fresh : table → file name with the rows of every record that changed since its bucket was written, and
        "table ids" → file name with the ids of these records, of which some may be gone
    """

    mark: str
    head: int = 0
    missing: list[tuple[int, int, float]] = field(default_factory=list)
    base: dict[str, dict[int, str]] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)

    def files(self) -> set[str]:
        named = {name for buckets in self.base.values() for name in buckets.values()}
        return named | set(self.fresh.values())


def folder() -> Path:
    path = Path(settings.DATA) / "mirror"
    path.mkdir(exist_ok=True)
    return path


def load(mark: str) -> State | None:
    """The state on disk, if it was made from this database in this format."""
    try:
        told = json.loads((folder() / "state.json").read_text())
    except (OSError, ValueError):
        return None
    if told.pop("format", None) != FORMAT or told.get("mark") != mark:
        return None
    told["missing"] = [tuple(one) for one in told["missing"]]
    told["base"] = {
        table: {int(bucket): name for bucket, name in buckets.items()}
        for table, buckets in told["base"].items()
    }
    found = State(**told)
    return found if all((folder() / name).exists() for name in found.files()) else None


def store(state: State) -> None:
    """Switch to this state. Files of earlier states stay until `sweep`: somebody may be reading them."""
    path = folder() / "state.json"
    draft = path.with_suffix(".draft")
    with draft.open("w") as out:
        json.dump({"format": FORMAT, **asdict(state)}, out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def sweep(state: State, *, older_than: float = 120.0) -> None:
    """Delete files that no state names, once nobody can be reading them any more."""
    named, limit = state.files(), time.time() - older_than
    for path in folder().glob("*.parquet"):
        if path.name not in named and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


@contextmanager
def alone(*, wait: float) -> Iterator[bool]:
    """Only one process writes the mirror: gives whether it is us. Waits so many seconds for another one."""
    with (folder() / "lock").open("w") as handle:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    yield False
                    return
                time.sleep(0.02)
        yield True


def forget() -> None:
    """Throw the mirror away; the next question makes it anew."""
    with alone(wait=30):
        (folder() / "state.json").unlink(missing_ok=True)


__all__ = ["TABLES", "State", "alone", "folder", "forget", "load", "replace", "store", "sweep"]
