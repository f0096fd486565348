"""How long it takes to look through everything for possible duplicates.

    SIKLUS_DATA=folder python -m bench.duplicates --leads 100000

Fills an empty database with `bench.load` (or takes the one that is there), puts in second ones (one for each
hundredth lead, at most a thousand), and scans companies, contacts and leads, twice. Prints pairs, seconds and rows/s.
"""

import argparse
import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")
EVERY = 100


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--twins", type=int, default=1000, help="second ones to put in at most (1000)")
    given = parser.parse_args(arguments)
    import django

    django.setup()
    from django.utils import timezone

    from siklus.platform.journal.record import through
    from siklus.records.companies.models import Company
    from siklus.records.contacts.models import Contact
    from siklus.records.deals.actions import create_deal
    from siklus.records.deals.models import Deal
    from siklus.records.duplicates.actions import scan_duplicates

    if not Deal.objects.exists():
        from bench import load

        load.main(["--leads", str(given.leads), "--deals", str(given.leads // 20)])
    counts = {
        "company": Company.objects.count(),
        "contact": Contact.objects.count(),
        "deal": Deal.objects.filter(status="open").count(),
    }
    rows = Deal.objects.filter(status="open", qualified_at=None, company__isnull=False).order_by("id")
    with through("command", quiet=True):
        for lead in rows.select_related("company", "contact", "owner")[: given.twins * EVERY : EVERY]:
            create_deal(
                name=lead.name,
                company=lead.company,
                contact=lead.contact,
                owner=lead.owner,
                by=None,
                at=timezone.now(),
            )
        for turn in ("first", "again"):
            for kind, count in counts.items():
                began = time.perf_counter()
                found = scan_duplicates(by=None, at=timezone.now(), kinds=[kind])[kind]
                spent = time.perf_counter() - began
                rate = count / spent
                print(
                    f"{turn:<6} {kind:<8} {count:>9,} rows {found:>9,} pairs {spent:>8.1f} s {rate:>11,.0f} rows/s",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
