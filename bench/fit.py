"""How long it takes to grade every company and lead by an ideal customer.

    SIKLUS_DATA=folder python -m bench.fit --leads 100000

Fills an empty database with `bench.load` (or takes the one that is there), adds a profile of six criteria, and grades:
from nothing, again without any change, and after the profile changed. Prints ms and rows a second.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fit", description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=100_000)
    given = parser.parse_args(arguments)
    import django

    django.setup()
    from django.utils import timezone

    from siklus.cycle.prospecting.actions import add_profile, edit_profile
    from siklus.cycle.prospecting.fit.grading import regrade
    from siklus.cycle.prospecting.fit.scoring import Criterion
    from siklus.platform.journal.record import through

    if not _has_leads():
        from bench import load

        load.main(["--leads", str(given.leads), "--deals", str(given.leads // 20)])
    criteria = [
        Criterion("company.industry", "contains", ("finan", "retail", "manufa"), 3),
        Criterion("company.employees", "between", ("50", "1000"), 3),
        Criterion("company.city", "one_of", ("Jakarta", "Surabaya", "Bandung"), 2),
        Criterion("lead.source", "one_of", ("website", "referral"), 2),
        Criterion("lead.amount", "at_least", ("25000000",), 2),
        Criterion("company.website", "filled", (), 1),
    ]
    with through("command", quiet=True):
        profile = add_profile(name="Bench", criteria=criteria, by=None, at=timezone.now())

    def measure(what: str) -> None:
        for kind in ("company", "deal"):
            start = time.perf_counter()
            counts = regrade(kind, at=timezone.now(), because="profile")
            spent = time.perf_counter() - start
            rate = counts.seen / spent if spent else 0
            print(
                f"{what:<12} {kind:<8} {counts.seen:>9,} seen {counts.written:>9,} written "
                f"{spent * 1000:>9,.0f} ms {rate:>9,.0f} rows/s",
                flush=True,
            )

    measure("from nothing")
    measure("no change")
    with through("command", quiet=True):
        edit_profile(profile=profile, criteria=criteria[:5], by=None, at=timezone.now())
    measure("new profile")
    return 0


def _has_leads() -> bool:
    from django.db import connection

    from siklus.records.deals.models import Deal

    return "deals_deal" in connection.introspection.table_names() and Deal.objects.exists()


if __name__ == "__main__":
    sys.exit(main())
