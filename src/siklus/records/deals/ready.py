"""Pipelines to begin with, for five ways of selling. Each has the six kinds of work; the names are theirs to change.

Chances and days are starting points from which a company replaces its own as its history grows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class ReadyStage(NamedTuple):
    """`chance` in per cent; `quiet` is the number of days without contact after which a deal has gone quiet."""

    en: str
    id: str
    kind: str
    colour: str
    chance: int
    quiet: int
    category: str = "pipeline"


class ReadyReason(NamedTuple):
    en: str
    id: str
    status: str


@dataclass(frozen=True, slots=True)
class ReadyPipeline:
    key: str
    name: Any
    about: Any
    stages: tuple[ReadyStage, ...]
    reasons: tuple[ReadyReason, ...] = ()


COMMON = (
    ReadyReason("Too expensive", "Terlalu mahal", "lost"),
    ReadyReason("Chose a competitor", "Memilih pesaing", "lost"),
    ReadyReason("No budget this year", "Tidak ada anggaran tahun ini", "no_decision"),
    ReadyReason("No answer any more", "Tidak ada jawaban lagi", "no_decision"),
    ReadyReason("Not our customer", "Bukan sasaran kami", "disqualified"),
    ReadyReason("Duplicate", "Duplikat", "disqualified"),
)
STANDARD = ReadyPipeline(
    "standard", _("Business to business"), _("The six steps of a considered sale, from prospecting to closing."),
    (
        ReadyStage("Prospecting", "Prospek", "prospecting", "slate", 10, 14),
        ReadyStage("Research", "Riset", "research", "sky", 15, 10),
        ReadyStage("First contact", "Kontak & kualifikasi", "contact", "blue", 25, 7),
        ReadyStage("Demo", "Demo", "demo", "indigo", 40, 10, "best_case"),
        ReadyStage("Objections", "Keberatan", "objections", "orange", 55, 10, "best_case"),
        ReadyStage("Closing", "Penutupan", "closing", "green", 75, 14, "commit"),
    ),
    (ReadyReason("A feature is missing", "Fitur belum ada", "lost"),),
)  # fmt: skip
SOFTWARE = ReadyPipeline(
    "software", _("Software"), _("Subscription software: a demo, a trial, security and price, a contract."),
    (
        ReadyStage("Target account", "Akun sasaran", "prospecting", "slate", 5, 21),
        ReadyStage("Researched", "Sudah diriset", "research", "sky", 10, 14),
        ReadyStage("Discovery call", "Panggilan penjajakan", "contact", "blue", 20, 7),
        ReadyStage("Demo and trial", "Demo & uji coba", "demo", "indigo", 40, 10, "best_case"),
        ReadyStage("Security and price", "Keamanan & harga", "objections", "orange", 55, 10, "best_case"),
        ReadyStage("Contract", "Kontrak", "closing", "green", 80, 10, "commit"),
    ),
    (
        ReadyReason("A feature is missing", "Fitur belum ada", "lost"),
        ReadyReason("Builds it themselves", "Membuat sendiri", "lost"),
        ReadyReason("Stays with the present tool", "Tetap memakai alat yang ada", "no_decision"),
    ),
)  # fmt: skip
TRAINING = ReadyPipeline(
    "training", _("Training and EdTech"), _("Courses and programmes: a trial class before the enrolment."),
    (
        ReadyStage("Enquiry", "Peminat", "prospecting", "slate", 10, 3),
        ReadyStage("Goal and level known", "Tujuan & tingkat diketahui", "research", "sky", 20, 3),
        ReadyStage("Advised", "Konsultasi", "contact", "blue", 30, 3),
        ReadyStage("Trial class", "Kelas percobaan", "demo", "indigo", 50, 5, "best_case"),
        ReadyStage("Questions on fee and time", "Pertanyaan biaya & jadwal", "objections", "orange", 60, 5, "best_case"),
        ReadyStage("Enrolment", "Pendaftaran", "closing", "green", 85, 5, "commit"),
    ),
    (
        ReadyReason("The dates do not fit", "Jadwal tidak cocok", "lost"),
        ReadyReason("The parents decided otherwise", "Orang tua memutuskan lain", "lost"),
        ReadyReason("Next intake", "Angkatan berikutnya", "no_decision"),
    ),
)  # fmt: skip
PROPERTY = ReadyPipeline(
    "property", _("Property"), _("Houses, flats and offices: viewing, financing, booking fee and deed."),
    (
        ReadyStage("New buyer", "Calon pembeli baru", "prospecting", "slate", 3, 7),
        ReadyStage("Budget and area known", "Anggaran & lokasi diketahui", "research", "sky", 8, 7),
        ReadyStage("Options sent", "Pilihan dikirim", "contact", "blue", 15, 7),
        ReadyStage("Viewing", "Kunjungan", "demo", "indigo", 25, 10, "best_case"),
        ReadyStage("Price and financing", "Harga & pembiayaan (KPR)", "objections", "orange", 45, 14, "best_case"),
        ReadyStage("Booking fee and deed", "Tanda jadi & akad", "closing", "green", 80, 21, "commit"),
    ),
    (
        ReadyReason("Financing was refused", "KPR ditolak", "lost"),
        ReadyReason("Location does not fit", "Lokasi tidak cocok", "lost"),
        ReadyReason("Bought elsewhere", "Membeli di tempat lain", "lost"),
        ReadyReason("Postpones the purchase", "Menunda pembelian", "no_decision"),
    ),
)  # fmt: skip
CARS = ReadyPipeline(
    "cars", _("Car dealer"), _("New and used cars: test drive, trade-in, financing and delivery."),
    (
        ReadyStage("Enquiry", "Peminat", "prospecting", "slate", 5, 2),
        ReadyStage("Need and trade-in known", "Kebutuhan & tukar tambah diketahui", "research", "sky", 12, 3),
        ReadyStage("Car proposed", "Unit ditawarkan", "contact", "blue", 20, 3),
        ReadyStage("Test drive", "Uji kendara", "demo", "indigo", 35, 4, "best_case"),
        ReadyStage("Price and leasing", "Harga & leasing", "objections", "orange", 55, 5, "best_case"),
        ReadyStage("Order (SPK)", "Pemesanan (SPK)", "closing", "green", 85, 10, "commit"),
    ),
    (
        ReadyReason("Leasing was refused", "Leasing ditolak", "lost"),
        ReadyReason("Trade-in value too low", "Harga tukar tambah terlalu rendah", "lost"),
        ReadyReason("The car is not in stock", "Unit tidak tersedia", "lost"),
        ReadyReason("Postpones the purchase", "Menunda pembelian", "no_decision"),
    ),
)  # fmt: skip
READY: Mapping[str, ReadyPipeline] = {one.key: one for one in (STANDARD, SOFTWARE, TRAINING, PROPERTY, CARS)}
