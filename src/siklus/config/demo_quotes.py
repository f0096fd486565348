"""The quotes of the demo company, told beside the stories of its deals. Pure and deterministic, no Django.

It draws from a chance of its own, so that the stories stay what they are.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

Tell = Callable[..., None]
HALF_AN_HOUR = timedelta(minutes=30)
WHY_NOT = (
    ("The other offer was lower.", "Penawaran yang lain lebih rendah."),
    ("The board moved the budget to next year.", "Direksi menggeser anggaran ke tahun depan."),
)


@dataclass
class _Life:
    owner: str
    contact: str
    closing_at: datetime | None = None
    end: datetime | None = None
    outcome: str = ""


def tell_quotes(events: Iterable[Any], tell: Tell, *, today: date, language: str, seed: int) -> None:
    """Tell the quotes of deals that came as far as closing: `tell(at, verb, **kwargs)` is called for each event."""
    chance = random.Random(f"siklus quotes {seed}")  # noqa: S311 - a made-up world, not a secret
    for number, (deal, life) in enumerate(_lives(events).items(), 1):
        if life.closing_at is None or chance.random() < 0.15:
            continue
        key, by = f"quote:{number}", life.owner
        midnight = datetime.combine(today, time(), life.closing_at.tzinfo)
        end = life.end or midnight
        if life.closing_at >= end:
            continue
        tell(life.closing_at, "draft_quote", key=key, deal=deal, by=by)
        sent_at = _workday(life.closing_at, chance)
        if sent_at >= end - HALF_AN_HOUR or (not life.outcome and chance.random() < 0.2):
            continue
        tell(sent_at, "send_quote", quote=key, by=by)
        if life.end is None or not (life.end - HALF_AN_HOUR).time() >= time(8):
            continue
        answered_at = life.end - HALF_AN_HOUR
        if life.outcome == "won" and chance.random() < 0.9:
            tell(answered_at, "accept_quote", quote=key, contact=life.contact)
        elif life.outcome == "lost" and chance.random() < 0.6:
            words = chance.choice(WHY_NOT)[1 if language == "id" else 0]
            tell(answered_at, "decline_quote", quote=key, contact=life.contact, note=words)


def _workday(after: datetime, chance: random.Random) -> datetime:
    """A working hour of the next working day."""
    day = after.date() + timedelta(days=1)
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return datetime.combine(day, time(chance.randint(9, 16), chance.randint(0, 59)), after.tzinfo)


def _lives(events: Iterable[Any]) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    for event in sorted(events, key=lambda event: event.at):
        if event.verb == "create_deal":
            lives[event.kwargs["key"]] = _Life(event.kwargs["owner"], event.kwargs["contact"])
        elif event.verb == "move_deal" and event.kwargs["stage"] == "stage:closing":
            life = lives[event.kwargs["deal"]]
            life.closing_at = life.closing_at or event.at
        elif event.verb in ("win_deal", "lose_deal"):
            life = lives[event.kwargs["deal"]]
            life.end, life.outcome = event.at, event.kwargs.get("status", "won")
    return lives
