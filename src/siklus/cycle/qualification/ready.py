"""Frameworks to begin with: name → (label, how to ask, weight, must, belongs on the demo's agenda), English and Indonesian.

BANT, MEDDIC and CHAMP are common property of the field; the questions are ours.
"""

from typing import NamedTuple


class Asked(NamedTuple):
    label_en: str
    label_id: str
    ask_en: str
    ask_id: str
    weight: int = 1
    is_must: bool = False
    is_wish: bool = False


READY: dict[str, tuple[Asked, ...]] = {
    "BANT": (
        Asked("Budget", "Anggaran", "Is money set aside for this, and how much?",
              "Apakah sudah ada anggaran untuk ini, dan berapa?", 2),
        Asked("Authority", "Wewenang", "Who decides, and who else has a say?",
              "Siapa yang memutuskan, dan siapa lagi yang ikut menentukan?", 2),
        Asked("Need", "Kebutuhan", "What does it cost you to leave it as it is?",
              "Apa ruginya kalau dibiarkan seperti sekarang?", 3, True, True),
        Asked("Timing", "Waktu", "By when must it work, and why then?",
              "Kapan harus sudah berjalan, dan mengapa saat itu?", 2),
    ),
    "MEDDIC": (
        Asked("Metrics", "Ukuran hasil", "Which figure should change, and from what to what?",
              "Angka apa yang harus berubah, dari berapa menjadi berapa?", 2, False, True),
        Asked("Economic buyer", "Pemegang anggaran", "Who can spend the money, and did we speak to them?",
              "Siapa yang berhak membelanjakan, dan sudahkah kita bicara dengannya?", 3, True),
        Asked("Decision criteria", "Kriteria keputusan", "By what will you choose between the offers?",
              "Dengan kriteria apa Anda memilih di antara penawaran?", 2, False, True),
        Asked("Decision process", "Proses keputusan", "Which steps lead to a signature, and who signs when?",
              "Langkah apa saja sampai tanda tangan, dan siapa menandatangani kapan?", 2),
        Asked("Identified pain", "Masalah nyata", "What goes wrong today, and whom does it hurt?",
              "Apa yang salah saat ini, dan siapa yang merasakannya?", 3, True, True),
        Asked("Champion", "Pendukung di dalam", "Who wants it so much that they speak for us when we are not there?",
              "Siapa yang begitu menginginkannya sampai mau membela kita saat kita tidak ada?", 2),
    ),
    "CHAMP": (
        Asked("Challenges", "Tantangan", "What stands between you and this year's goal?",
              "Apa yang menghalangi Anda mencapai target tahun ini?", 3, True, True),
        Asked("Authority", "Wewenang", "How do you decide on something like this together?",
              "Bagaimana Anda bersama-sama memutuskan hal seperti ini?", 2),
        Asked("Money", "Dana", "Out of whose budget would it come, and what would you compare it with?",
              "Dari anggaran siapa ini dibayar, dan dibandingkan dengan apa?", 2),
        Asked("Prioritisation", "Prioritas", "What comes before this, and what would put it first?",
              "Apa yang lebih didahulukan, dan apa yang akan membuat ini nomor satu?", 2),
    ),
}  # fmt: skip
