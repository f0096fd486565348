"""What the buyers of the demo company object, told beside the stories of its deals. Pure and deterministic, no Django.

It draws from a chance of its own, so that the stories stay what they are.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from siklus.config.demo_truth import AGAIN, RESOLVES, resolves

# By kind: how often, and what buyers say in English and Indonesian.
SAID: dict[str, tuple[int, tuple[tuple[str, str], ...]]] = {
    "price": (8, (
        ("That is twice what we pay for our spreadsheets and a temp.",
         "Itu dua kali lipat dari biaya kami sekarang pakai Excel dan satu tenaga harian."),
        ("Finance will never sign that sum this year.", "Bagian keuangan tidak akan setuju angka segitu tahun ini."),
        ("Can you do it for thirty percent less?", "Bisa kurang tiga puluh persen?"),
    )),
    "timing": (4, (
        ("After Lebaran, please. Now everybody is busy.", "Setelah Lebaran saja, sekarang semua sedang sibuk."),
        ("We are moving offices, call us next quarter.", "Kami sedang pindah kantor, hubungi lagi kuartal depan."),
    )),
    "use": (3, (
        ("Our warehouse people will not type on a phone.", "Orang gudang kami tidak akan mau mengetik di ponsel."),
        ("Who will teach the branch in Makassar?", "Siapa yang mengajari cabang Makassar?"),
    )),
    "result": (3, (
        ("How do I know that invoices really go out faster?",
         "Dari mana saya tahu tagihan benar-benar lebih cepat keluar?"),
        ("The last system promised the same.", "Sistem yang dulu juga menjanjikan hal yang sama."),
    )),
    "authority": (3, (
        ("I like it, but Pak Direktur decides.", "Saya suka, tapi yang memutuskan Pak Direktur."),
        ("The holding in Jakarta buys all software.", "Semua pembelian perangkat lunak lewat holding di Jakarta."),
    )),
    "trust": (2, (
        ("Where does our data lie, and who can read it?", "Data kami disimpan di mana, dan siapa yang bisa membaca?"),
    )),
    "competitor": (2, (
        ("The other vendor includes payroll.", "Vendor yang satu lagi sudah termasuk penggajian."),
    )),
}  # fmt: skip
OPEN, WAITING = 0.3, 0.2  # in an open deal: not answered yet; answered, and the buyer's yes is awaited
Tell = Callable[..., None]


@dataclass
class _Life:
    owner: str
    qualified_at: datetime | None = None
    end: datetime | None = None
    outcome: str = ""


def tell_objections(events: Iterable[Any], tell: Tell, *, today: date, language: str, seed: int) -> None:
    """Tell objections of the qualified deals: `tell(at, verb, **kwargs)` is called for each event."""
    chance = random.Random(f"siklus objections {seed}")  # noqa: S311 - a made-up world, not a secret
    number = 0
    for deal, life in _lives(events).items():
        if life.qualified_at is None or life.outcome == "disqualified":
            continue
        midnight = datetime.combine(today, time(), life.qualified_at.tzinfo)
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            number += 1
            story = _Objection(chance, f"objection:{number}", deal, life, life.end or midnight, language)
            story.tell(tell)


def _lives(events: Iterable[Any]) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    for event in events:
        if event.verb == "create_deal":
            lives[event.kwargs["key"]] = _Life(event.kwargs["owner"])
        elif event.verb == "qualify_deal":
            lives[event.kwargs["deal"]].qualified_at = event.at
        elif event.verb in ("win_deal", "lose_deal"):
            life = lives[event.kwargs["deal"]]
            life.end, life.outcome = event.at, event.kwargs.get("status", "won")
    return lives


class _Objection:
    """One objection, from the buyer's words to what came of it."""

    def __init__(
        self, chance: random.Random, key: str, deal: str, life: _Life, end: datetime, language: str
    ) -> None:
        self.chance, self.key, self.deal, self.life, self.end = chance, key, deal, life, end
        kind = chance.choices(list(SAID), [weight for weight, _ in SAID.values()])[0]
        self.kind = kind
        self.words = chance.choice(SAID[kind][1])[1 if language == "id" else 0]

    def tell(self, tell: Tell) -> None:
        begin = self.life.qualified_at
        assert begin is not None
        shares = sorted(self.chance.uniform(0.05, 0.98) for _ in range(4))
        steps: list[tuple[str, dict[str, Any]]] = [
            ("raise_objection", {"key": self.key, "deal": self.deal, "kind": self.kind, "words": self.words})
        ]
        steps += self._answers()
        before = begin
        for share, (verb, kwargs) in zip(shares, steps, strict=False):
            at = self._at(begin, share)
            if not before < at < self.end:  # a weekend came between: the story ends here
                return
            before = at
            tell(at, verb, by=self.life.owner, **kwargs)

    def _answers(self) -> list[tuple[str, dict[str, Any]]]:
        """One answer, sometimes another when it did not help, and what came of it."""
        steps: list[tuple[str, dict[str, Any]]] = []
        is_open = not self.life.outcome
        if is_open and self.chance.random() < OPEN:
            return steps
        for _ in range(2):
            place = self.chance.randrange(len(RESOLVES[self.kind]))
            response = f"response:{self.kind}:{place}"
            steps.append(("answer_objection", {"objection": self.key, "response": response}))
            if is_open and self.chance.random() < WAITING:
                return steps
            if self.chance.random() < resolves(self.kind, place, self.life.outcome):
                return [*steps, ("resolve_objection", {"objection": self.key})]
            if self.chance.random() > AGAIN:
                break
        return [*steps, ("leave_standing", {"objection": self.key})]

    def _at(self, begin: datetime, share: float) -> datetime:
        """A working hour at this share of the deal's life."""
        day = (begin + (self.end - begin) * share).date()
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        return datetime.combine(
            day, time(self.chance.randint(9, 16), self.chance.randint(0, 59)), begin.tzinfo
        )
