"""Write a CSV of made-up leads for load tests.

    python -m bench.generate --rows 1000000 --out leads.csv

Deterministic by seed. Few companies have many leads and most have one, some sources and cities are much more
common than others, values are log-normal, some cells are empty, and about three rows in a hundred repeat the
e-mail or the phone of an earlier row in another spelling. Domains end in .example; numbers start with +62 86.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

COLUMNS = ("name", "company", "contact", "title", "email", "phone", "source", "city", "amount", "owner")
DUPLICATES = 0.03
BLOCK = 10_000
RECENT = 5_000
POOL = 20_000

FIRST = (
    "Aditya Anisa Arif Ayu Bagus Bayu Budi Citra Dian Dimas Eka Endang Farah Galih Hana Hadi Ika Indra "
    "Joko Kartika Lina Made Mega Nadia Nanda Novi Oka Rahma Ratna Rizky Rudi Sinta Siti Surya Tari "
    "Teguh Vina Wahyu Yanti Zahra"
)
LAST = (
    "Basuki Damanik Firmansyah Ginting Hakim Halim Handoko Hartono Hidayat Iskandar Kurniawan Lubis "
    "Mahendra Nasution Pangestu Pranoto Purnomo Rahardjo Ramadhan Saputra Santoso Siregar Sulistyo "
    "Susanto Tanjung Utami Wibowo Winarto"
)
WORDS = (
    "Cakra Lentera Samira Arunika Bumantara Cendana Dirga Embun Gantari Harsa Kirana Kencana Lazuardi "
    "Mahardika Nirwana Pandawa Rimba Saujana Tirta Wangsa Abadi Baru Jaya Karya Lestari Makmur Persada "
    "Raya Sejati Tama Utama Sentosa"
)
FORMS = ("PT {}", "PT {}", "PT {} Tbk", "CV {}", "UD {}", "{}", "PT. {}")
WEIGHTED = {
    "title": {"Direktur": 14, "Manajer TI": 18, "Manajer Keuangan": 11, "Pemilik": 25, "Pengadaan": 12,
              "": 20},
    "source": {"website": 34, "whatsapp": 24, "referral": 13, "event": 9, "outbound": 12, "partner": 3,
               "": 5},
    "city": {"Jakarta": 34, "Surabaya": 17, "Bandung": 14, "Medan": 8, "Tangerang": 7, "Semarang": 6,
             "Makassar": 4, "Denpasar": 3, "Palembang": 3, "Malang": 2, "": 2},
    "owner": {"rani": 22, "yoga": 18, "intan": 15, "lestari": 14, "hendra": 12, "maya": 10, "": 9},
}  # fmt: skip


def leads(rows: int, seed: int = 1) -> Iterator[str]:
    """Yield the lines of the file, header first, in blocks of up to ten thousand lines each."""
    rng = random.Random(seed)
    first, last, words = FIRST.split(), LAST.split(), WORDS.split()
    companies = _companies(rng, words, max(20, min(200_000, rows // 4)))
    # The n-th company is chosen in proportion to 1 ÷ √n.
    weights = list(accumulate(1 / (n + 1) ** 0.5 for n in range(len(companies))))
    names = [(f"{a} {b}", f"{a}.{b}".lower()) for a in first for b in last]
    # Weighted choices are drawn once into pools; the rows then draw evenly from the pools.
    titles, sources, cities, owners = (
        rng.choices(list(choice), list(choice.values()), k=POOL) for choice in WEIGHTED.values()
    )
    values = [f"{round(rng.lognormvariate(17.2, 1.1), -5):.0f}" for _ in range(POOL)]
    pool = list(zip(titles, sources, cities, owners, values, strict=True))
    recent: list[tuple[str, str, str, str]] = []
    yield ",".join(COLUMNS) + "\n"
    for start in range(0, rows, BLOCK):
        size = min(BLOCK, rows - start)
        picked = rng.choices(companies, cum_weights=weights, k=size)
        people = rng.choices(names, k=size)
        details = rng.choices(pool, k=size)
        chances = [rng.random() for _ in range(size)]
        lines = []
        for offset in range(size):
            number = start + offset
            chance = chances[offset]
            company, domain = picked[offset]
            person, local = people[offset]
            email = f"{local}{number}@{domain}"
            phone = f"086{number % 1_000_000_000:09}"
            if chance < DUPLICATES and recent:
                company, person, email, phone = _again(recent[int(chance / DUPLICATES * len(recent))], number)
            elif chance > 0.94:
                email = ""
            elif chance > 0.90:
                phone = ""
            elif number % 41 == 0:
                if len(recent) < RECENT:
                    recent.append((company, person, email, phone))
                else:
                    recent[number // 41 % RECENT] = (company, person, email, phone)
            title, source, city, owner, amount = details[offset]
            if chance > 0.85:
                amount = ""
            lines.append(
                f"{company},{company},{person},{title},{email},{phone},{source},{city},{amount},{owner}\n"
            )
        yield "".join(lines)


def _companies(rng: random.Random, words: list[str], count: int) -> list[tuple[str, str]]:
    found = []
    for number in range(count):
        core = f"{rng.choice(words)} {rng.choice(words)} {number}"
        found.append((rng.choice(FORMS).format(core), f"{core.replace(' ', '').lower()}.example"))
    return found


def _again(lead: tuple[str, str, str, str], number: int) -> tuple[str, str, str, str]:
    """An earlier lead in another spelling: the same e-mail in capitals, or the same phone written out."""
    company, person, email, phone = lead
    if number % 2:
        return company.upper(), person, email.upper(), ""
    return company, person.upper(), "", f"+62 {phone[1:4]}-{phone[4:8]}-{phone[8:]}"


def write(path: Path, rows: int, seed: int = 1) -> None:
    """Write the file; the same rows and seed give the same bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(leads(rows, seed))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.generate", description="Write a CSV of made-up leads."
    )
    parser.add_argument("--rows", type=int, required=True, help="number of leads")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other leads (default 1)")
    given = parser.parse_args(arguments)
    write(given.out, given.rows, given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
