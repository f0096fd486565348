import csv
from collections import Counter

from bench.generate import COLUMNS, leads, main

from siklus.platform.i18n.keys import email_key, phone_key


def test_the_same_seed_gives_the_same_file(tmp_path):
    files = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for file, seed in zip(files, ("7", "7", "8"), strict=True):
        assert main(["--rows", "12000", "--out", str(file), "--seed", seed]) == 0
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()


def test_the_leads_are_skewed_and_three_in_a_hundred_repeat_an_earlier_one():
    rows = list(csv.DictReader("".join(leads(40_000)).splitlines()))
    assert len(rows) == 40_000
    assert tuple(rows[0]) == COLUMNS
    emails, phones = set(), set()
    repeated = 0
    for row in rows:
        email, phone = email_key(row["email"]), phone_key(row["phone"])
        assert bool(row["email"]) == bool(email)
        assert bool(row["phone"]) == bool(phone)
        repeated += email in emails or phone in phones
        emails |= {email} - {None}
        phones |= {phone} - {None}
    assert 0.025 < repeated / 40_000 < 0.035
    sizes = Counter(row["company"].upper() for row in rows).most_common()
    assert sizes[0][1] > 20 * sizes[len(sizes) // 2][1]
    assert Counter(row["city"] for row in rows).most_common(1)[0][0] == "Jakarta"


def test_a_file_without_leads_has_its_header_alone():
    assert list(leads(0)) == [",".join(COLUMNS) + "\n"]
