"""The demos of the demo company, told beside the stories of its deals. Pure and deterministic, no Django.

It draws from a chance of its own, so that the stories stay what they are.
"""

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from siklus.config.demo_truth import DEMOS, weights_of_demos

# What buyers want to see, try and ask, in English and Indonesian.
WISHES = (
    ("Approvals with two signatures", "Persetujuan dengan dua tanda tangan"),
    ("Stock per branch on one page", "Stok tiap cabang dalam satu halaman"),
    ("Invoices in the form that tax wants", "Faktur sesuai format pajak"),
    ("How a new employee gets in", "Cara karyawan baru mulai memakai"),
    ("What happens without internet", "Yang terjadi saat internet mati"),
)
TRIED = (
    ("Entered an order of their own and approved it.", "Memasukkan pesanan sendiri dan menyetujuinya."),
    ("Looked up yesterday's stock of their branch.", "Mencari stok cabang mereka kemarin."),
    ("", ""),
)
ASKED = (
    ("Does it work on our old tablets?", "Bisa dipakai di tablet lama kami?"),
    ("Who moves our old data?", "Siapa yang memindahkan data lama kami?"),
    ("Can the holding see all branches?", "Apakah holding bisa melihat semua cabang?"),
    ("What does a second warehouse cost?", "Berapa biaya gudang kedua?"),
)
NEXT = (
    ("Send the quote", "Kirim penawaran"),
    ("Meet their head of finance", "Bertemu kepala keuangan mereka"),
    ("Give them a trial for two weeks", "Beri uji coba dua minggu"),
)
INTEREST = {"won": (3, 4, 4, 5, 5), "lost": (1, 2, 3, 3, 4), "no_decision": (2, 3, 3, 4), "": (2, 3, 4, 4, 5)}
MISSED = 0.12
Tell = Callable[..., None]


def tell_demos(events: Iterable[Any], tell: Tell, *, today: date, language: str, seed: int) -> None:
    """Tell a demo of every deal that came to that stage: `tell(at, verb, **kwargs)` is called for each event."""
    chance = random.Random(f"siklus demos {seed}")  # noqa: S311 - a made-up world, not a secret
    known = list(events)
    ends = {
        event.kwargs["deal"]: event.kwargs.get("status", "won")
        for event in known if event.verb in ("win_deal", "lose_deal")
    }  # fmt: skip
    own = 1 if language == "id" else 0
    shown: set[str] = set()
    for event in known:
        if (
            event.verb != "move_deal"
            or event.kwargs["stage"] != "stage:demo"
            or event.kwargs["deal"] in shown
        ):
            continue
        deal, by = event.kwargs["deal"], event.kwargs["by"]
        shown.add(deal)
        key, ahead = f"demo:{len(shown)}", chance.randint(1, 4)
        wishes = [one[own] for one in chance.sample(WISHES, chance.randint(1, 3))]
        day = event.at.date() + timedelta(days=ahead)
        if today - event.at.date() < timedelta(days=14):  # still to come, or just over and not recorded yet
            day = today + timedelta(days=chance.choice((-1, 0, 0, 1, 1, 2, 3, 5)))
        interest = chance.choice(INTEREST[ends.get(deal, "")])
        felt = min(95, max(5, 5 * round((interest * 14 + chance.randint(-4, 22)) / 5)))
        outcome: dict[str, Any] = {
            "interest": interest, "tried": chance.choice(TRIED)[own],
            "questions": "\n".join(one[own] for one in chance.sample(ASKED, chance.randint(0, 2))),
            "next_step": chance.choice(NEXT)[own], "estimate": felt,
        }  # fmt: skip
        is_missed, place = chance.random() < MISSED, chance.randint(0, 5)
        kind = chance.choices(list(DEMOS), weights_of_demos(ends.get(deal, "")))[0]
        tell(event.at, "book_demo", key=key, deal=deal, kind=kind, day=day, place=place,
             agenda=wishes, by=by)  # fmt: skip
        told = max(day, event.at.date()) + timedelta(days=4)
        told += timedelta(days=max(0, 7 - told.weekday()) if told.weekday() > 4 else 0)
        evening = datetime.combine(told, time(16, 30), event.at.tzinfo)
        if evening.date() < today:
            if is_missed:
                tell(evening, "miss_demo", demo=key, by=by)
            else:
                tell(evening, "hold_demo", demo=key, by=by, **outcome)
