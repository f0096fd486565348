"""What the buyers of the demo company answered when they were qualified. Pure and deterministic, no Django.

It draws from a chance of its own, so that the stories stay what they are.
"""

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

# What was said to each criterion of BANT, in its order, by how far it was met: (not, partly, met), English and Indonesian.
SAID: tuple[tuple[tuple[tuple[str, str], ...], ...], ...] = (
    (
        (("Nothing is set aside this year.", "Tahun ini belum dianggarkan."),),
        (("There is money for projects, not for this one yet.", "Ada dana proyek, belum untuk yang ini."),),
        (
            ("The budget was approved in the annual plan.", "Anggarannya sudah disetujui di rencana tahunan."),
            ("IT pays from its own budget.", "Divisi TI membayar dari anggarannya sendiri."),
        ),
    ),
    (
        (("We only know somebody who passes it on.", "Kita baru kenal orang yang meneruskan saja."),),
        (("The head of operations decides with finance, whom we have not met.",
          "Kepala operasional memutuskan bersama keuangan, yang belum kita temui."),),
        (("We spoke to the director who signs.", "Sudah bicara dengan direktur yang menandatangani."),),
    ),
    (
        (("It works as it is.", "Cara sekarang masih cukup."),),
        (("Stock counts take too long, though nobody complains.", "Hitung stok lama, tetapi belum ada yang mengeluh."),),
        (
            ("Every month three days are lost on closing the books.", "Tiap bulan tiga hari habis untuk tutup buku."),
            ("Orders get lost between branch and head office.", "Pesanan hilang antara cabang dan kantor pusat."),
            ("They sold goods twice that were not in stock.", "Dua kali menjual barang yang stoknya kosong."),
        ),
    ),
    (
        (("Some day.", "Kapan-kapan."),),
        (("Next year, if the budget holds.", "Tahun depan, kalau anggarannya tetap."),),
        (
            ("Before the new branch opens.", "Sebelum cabang baru dibuka."),
            ("Before the holiday season.", "Sebelum musim Lebaran."),
        ),
    ),
)  # fmt: skip
WEIGHTS = {
    "won": (1, 3, 9),
    "lost": (4, 4, 3),
    "no_decision": (3, 5, 3),
    "disqualified": (7, 3, 1),
    "": (2, 4, 6),
}
STEPS = {"stage:contact": (0, 2), "stage:demo": (2, 4)}  # which criteria are asked before which stage
Tell = Callable[..., None]


def tell_qualification(events: Iterable[Any], tell: Tell, *, today: date, language: str, seed: int) -> None:
    """Tell the answers of every deal as it moved on: `tell(at, verb, **kwargs)` is called for each."""
    chance = random.Random(f"siklus qualification {seed}")  # noqa: S311 - a made-up world, not a secret
    known = list(events)
    ends = {
        event.kwargs["deal"]: event.kwargs.get("status", "won")
        for event in known if event.verb in ("win_deal", "lose_deal")
    }  # fmt: skip
    own, midnight = 1 if language == "id" else 0, None
    asked: set[tuple[str, str]] = set()
    for event in known:
        if event.verb != "move_deal" or event.kwargs["stage"] not in STEPS:
            continue
        deal, stage = event.kwargs["deal"], event.kwargs["stage"]
        if (deal, stage) in asked:
            continue
        asked.add((deal, stage))
        first, behind = STEPS[stage]
        for place in range(first, behind):
            if chance.random() < 0.15:
                continue
            verdict = chance.choices((0, 1, 2), WEIGHTS[ends.get(deal, "")])[0]
            said = chance.choice(SAID[place][verdict])[own]
            at = event.at + timedelta(seconds=30 + 20 * place)
            midnight = midnight or datetime.combine(today, datetime.min.time(), event.at.tzinfo)
            if at < midnight:
                tell(
                    at,
                    "answer_criterion",
                    deal=deal,
                    place=place,
                    verdict=verdict,
                    said=said,
                    by=event.kwargs["by"],
                )
