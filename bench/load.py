"""Fill an empty database with leads and deals that have a past, as fast as its tables take them.

    SIKLUS_DATA=folder python -m bench.load --leads 100000 --deals 50000

Everything is consistent: `siklus check` finds nothing wrong. The same numbers and seed give the same data.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")

PASSWORD = "bench bench bench"
ADMIN = "ayu@bench.example"
PEOPLE = ("Rani", "Yoga", "Intan", "Lestari", "Hendra", "Maya", "Bagus", "Sinta", "Farah", "Teguh")
CHUNK = 10_000
DAYS = 400
SUBJECTS = ("Called about the offer", "Sent the price list", "Met at their office", "Asked for the budget")
SOURCES = ("website", "whatsapp", "referral", "event", "outbound", "partner")
CITIES = ("Jakarta", "Surabaya", "Bandung", "Medan", "Tangerang", "Semarang", "Makassar", "Denpasar")
CLOSED = 0.3  # of the deals; four in seven of these are won
Row = tuple[Any, ...]


class Loader:
    """Makes rows chunk by chunk; numbers of companies and contacts follow the number of leads."""

    def __init__(self, leads: int, deals: int, seed: int = 1) -> None:
        from bench.generate import FIRST, FORMS, LAST, WORDS

        self.leads, self.deals = leads, deals
        self.rng = random.Random(seed)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.first, self.last, self.words, self.forms = FIRST.split(), LAST.split(), WORDS.split(), FORMS
        self.companies: list[tuple[int, str]] = []
        self.contacts: list[tuple[int, str, int, str]] = []

    def run(self) -> None:
        from django.db import transaction

        from siklus.config.commands.init_ import first_pipeline
        from siklus.platform.installation.current import found_installation
        from siklus.platform.journal.record import through
        from siklus.records.deals.models import LostReason, Stage

        with transaction.atomic(), through("command", quiet=True):
            found_installation(name="Bench", currency="IDR", time_zone="Asia/Jakarta", at=self.now)
            first_pipeline("en")
            self._people()
        self.stages = list(Stage.objects.order_by("position"))
        self.reason = LostReason.objects.filter(status="lost").order_by("id")[0]
        self._chunks(self._add_companies, max(20, (self.leads + self.deals) // 5))
        self._chunks(self._add_contacts, max(20, (self.leads + self.deals) // 2))
        self._chunks(self._add_leads, self.leads)
        self._chunks(self._add_deals, self.deals)

    def _people(self) -> None:
        from siklus.platform.accounts.actions import add_team, add_user

        sales = add_team(name="Sales", by=None, at=self.now)
        teams = [add_team(name=name, parent=sales, by=None, at=self.now) for name in ("West", "East")]
        zone = {"time_zone": "Asia/Jakarta", "by": None, "at": self.now}
        add_user(email=ADMIN, name="Ayu Admin", role="admin", password=PASSWORD, **zone)
        self.owners = [
            add_user(email=f"{name.lower()}@bench.example", name=f"{name} Bench", role="rep",
                     team=teams[place % 2], **zone)
            for place, name in enumerate(PEOPLE)
        ]  # fmt: skip

    def _chunks(self, add: Callable[[int, int], None], count: int) -> None:
        from django.db import transaction

        for start in range(0, count, CHUNK):
            with transaction.atomic():
                add(start, min(CHUNK, count - start))

    def _moment(self) -> datetime:
        return self.now - timedelta(seconds=self.rng.randrange(3600, DAYS * 86_400))

    def _add_companies(self, start: int, count: int) -> None:
        from siklus.platform.i18n.keys import name_key
        from siklus.records.companies.models import Company

        rng, rows, found = self.rng, [], []
        for number in range(start, start + count):
            core = f"{rng.choice(self.words)} {rng.choice(self.words)} {number}"
            name, domain = rng.choice(self.forms).format(core), f"{core.replace(' ', '').lower()}.example"
            at = self._moment()
            rows.append(defaults(Company, name=name, name_key=name_key(name) or name.lower(), domain=domain,
                                 website=f"https://{domain}", city=rng.choice(CITIES), created_at=at, updated_at=at,
                                 owner_id=rng.choice(self.owners).pk))  # fmt: skip
            found.append((name, domain, at))
        ids = put(Company, rows)
        facts = [
            (at, "company.added", "company", pk, {"title": name}, {})
            for pk, (name, _d, at) in zip(ids, found, strict=True)
        ]
        documents("company", ids, rows, [f"{name}\n{domain}" for name, domain, _at in found], Company)
        self._journal([(*fact, ()) for fact in facts])
        self.companies += [(pk, name) for pk, (name, _d, _at) in zip(ids, found, strict=True)]

    def _add_contacts(self, start: int, count: int) -> None:
        from siklus.records.contacts.models import Contact, ContactPoint, Position

        rng, rows, found = self.rng, [], []
        for number in range(start, start + count):
            company, company_name = rng.choice(self.companies)
            name = f"{rng.choice(self.first)} {rng.choice(self.last)}"
            email = f"{name.replace(' ', '.').lower()}{number}@bench.example"
            phone = f"+6286{number:09}"
            at, title = self._moment(), rng.choice(("Direktur", "Manajer TI", "Pemilik", "Pengadaan"))
            rows.append(defaults(Contact, name=name, name_key=name.lower(), title=title, company_id=company, email=email,
                                 phone=phone, city=rng.choice(CITIES), created_at=at, updated_at=at,
                                 owner_id=rng.choice(self.owners).pk))  # fmt: skip
            found.append((name, company, company_name, email, phone, title, at))
        ids = put(Contact, rows)
        points, positions, facts, texts = [], [], [], []
        for pk, (name, company, company_name, email, phone, title, at) in zip(ids, found, strict=True):
            for kind, value in (("email", email), ("phone", phone)):
                points.append(defaults(ContactPoint, contact_id=pk, kind=kind, value=value, key=value))
            positions.append(
                defaults(Position, contact_id=pk, company_id=company, title=title, valid_from=at)
            )
            facts.append((at, "contact.added", "contact", pk, {}, {}, (("company", company),)))
            texts.append(f"{name}\n{company_name}\n{title}\n{email}\n{phone}")
            self.contacts.append((pk, name, company, company_name))
        put(ContactPoint, points)
        put(Position, positions)
        documents("contact", ids, rows, texts, Contact)
        self._journal(facts)

    def _add_leads(self, start: int, count: int) -> None:
        stages = self.rng.choices(self.stages[:3], weights=(60, 25, 15), k=count)
        self._add([self._life([stage], qualified=False, ends="") for stage in stages])

    def _add_deals(self, start: int, count: int) -> None:
        lives = []
        for _number in range(count):
            chance = self.rng.random()
            ends = "" if chance > CLOSED else "won" if chance > CLOSED * 3 / 7 else "lost"
            reached = self.rng.choices(range(6), weights=(8, 10, 14, 26, 22, 20))[0] if not ends else 5
            lives.append(self._life(self.stages[: reached + 1], qualified=True, ends=ends))
        self._add(lives)

    def _life(self, stages: list[Any], *, qualified: bool, ends: str) -> dict[str, Any]:
        """The values of a deal now, and its states with their moments."""
        rng = self.rng
        began = self._moment()
        steps = len(stages) + bool(ends)
        span = (self.now - began) * (0.3 + 0.7 * rng.random())
        moments = [began + span * (place / steps) for place in range(steps)]
        contact, person, company, company_name = rng.choice(self.contacts)
        owner = rng.choice(self.owners)
        amount = int(rng.lognormvariate(17.2, 1.1)) // 100_000 * 100_000 if rng.random() < 0.85 else None
        state: dict[str, Any] = {
            "pipeline_id": stages[0].pipeline_id, "stage_id": 0, "status": "open", "amount": amount, "currency": "IDR",
            "amount_base": amount or 0, "probability": 0,
            "expected_close_date": (self.now + timedelta(days=rng.randrange(-30, 150))).date(), "category": "pipeline",
            "owner_id": owner.pk, "team_id": owner.team_id, "lost_reason_id": None,
        }  # fmt: skip
        states = []
        for stage in stages:
            state = {
                **state,
                "stage_id": stage.pk,
                "probability": stage.probability,
                "category": stage.category,
            }
            states.append(state)
        if ends == "won":
            states.append({**state, "status": "won", "probability": 100, "category": "closed"})
        elif ends:
            lost = {
                "status": "lost",
                "probability": 0,
                "category": "omitted",
                "lost_reason_id": self.reason.pk,
            }
            states.append({**state, **lost})
        return {
            "name": f"{company_name}, {rng.choice(('ERP', 'CRM', 'HR', 'Kasir'))}", "states": states, "moments": moments,
            "stages": stages, "ends": ends, "qualified": qualified, "contact": contact, "company": company,
            "text": f"{company_name}\n{person}", "source": rng.choice(SOURCES),
        }  # fmt: skip

    def _add(self, lives: list[dict[str, Any]]) -> None:
        from siklus.records.activities.models import Activity
        from siklus.records.deals.models import Deal, DealInterval

        rng, rows, done, planned = self.rng, [], [], []
        for life in lives:
            last, moments = life["states"][-1], life["moments"]
            touched = moments[-1] if life["qualified"] and not life["ends"] else None
            next_at = None
            if touched is not None and rng.random() < 0.5:
                next_at = self.now + timedelta(hours=rng.randrange(-48, 240))
            rows.append(defaults(
                Deal, **last, name=life["name"], company_id=life["company"], contact_id=life["contact"],
                source=life["source"], created_at=moments[0], updated_at=moments[-1],
                qualified_at=moments[0] if life["qualified"] else None, closed_at=moments[-1] if life["ends"] else None,
                stage_entered_at=moments[len(life["stages"]) - 1], last_touch_at=touched, next_at=next_at,
                next_kind="call" if next_at else "", next_subject="Call again" if next_at else "",
                version=len(moments),
            ))  # fmt: skip
        ids = put(Deal, rows)
        documents("deal", ids, rows, [f"{life['name']}\n{life['text']}" for life in lives], Deal)
        row = dict(zip(columns(Deal), range(100), strict=False))
        facts: list[Any] = []
        spans: list[tuple[int, int, datetime, datetime | None, dict[str, Any]]] = []
        for pk, life, deal in zip(ids, lives, rows, strict=True):
            beside = (("company", life["company"]), ("contact", life["contact"]))
            before: dict[str, Any] = {}
            moments = [*life["moments"], None]
            for place, state in enumerate(life["states"]):
                at = moments[place]
                spans.append((pk, len(facts), at, moments[place + 1], state))
                changed = {key: plain(value) for key, value in state.items() if value != before.get(key, "")}
                facts.append((at, *_fact(life, place, state, changed, at), pk, beside))
                before = state
            if deal[row["last_touch_at"]] is not None:
                done.append((pk, life, deal[row["last_touch_at"]], deal[row["owner_id"]]))
            if deal[row["next_at"]] is not None:
                planned.append((pk, life, deal[row["next_at"]], deal[row["owner_id"]]))
        entries = self._journal(
            [(at, name, "deal", pk, details, {}, beside) for at, name, details, pk, beside in facts]
        )
        put(DealInterval, [
            defaults(DealInterval, deal_id=pk, valid_from=start, valid_to=end, recorded_at=start, ended_recorded_at=end,
                     entry=entries[entry], **state)
            for pk, entry, start, end, state in spans
        ])  # fmt: skip
        works = [(pk, life, at, owner, True) for pk, life, at, owner in done]
        works += [(pk, life, at, owner, False) for pk, life, at, owner in planned]
        acts, notes = [], []
        for pk, life, at, owner, is_done in works:
            subject = rng.choice(SUBJECTS) if is_done else "Call again"
            acts.append(defaults(
                Activity, kind="call", subject=subject, deal_id=pk, company_id=life["company"], contact_id=life["contact"],
                owner_id=owner, due_at=None if is_done else at, done_at=at if is_done else None,
                created_at=min(at, self.now), updated_at=min(at, self.now),
            ))  # fmt: skip
            notes.append((subject, at, is_done, pk, life))
        for act, (subject, at, is_done, pk, life) in zip(put(Activity, acts), notes, strict=True):
            beside = (("deal", pk), ("company", life["company"]), ("contact", life["contact"]))
            details = {"kind": "call"} if is_done else {"kind": "call", "due_at": at.isoformat()}
            personal = {"subject": subject, **({"body": "", "outcome": ""} if is_done else {})}
            name = "activity.done" if is_done else "activity.planned"
            facts.append((min(at, self.now), name, "activity", act, details, personal, beside))
        self._journal(facts[-len(notes) :] if notes else [])

    def _journal(self, facts: list[Any]) -> list[int]:
        """Entries and mentions of (at, name, about, id, details, personal, mentions)."""
        from siklus.platform.journal.models import Entry, Mention
        from siklus.platform.journal.record import ENTRY
        from siklus.platform.tables.write import insert, reserve

        ids = list(reserve(Entry, len(facts)))
        insert(Entry, ("id", *ENTRY), [
            (pk, name, about, about_id, self.owners[about_id % len(self.owners)].pk, "import", at, at, details, personal,
             None)
            for pk, (at, name, about, about_id, details, personal, _m) in zip(ids, facts, strict=True)
        ])  # fmt: skip
        beside = [
            (pk, kind, object_id, fact[0])
            for pk, fact in zip(ids, facts, strict=True)
            for kind, object_id in fact[6]
        ]
        places = reserve(Mention, len(beside))
        rows = [(place, *one) for place, one in zip(places, beside, strict=True)]
        insert(Mention, ("id", "entry_id", "kind", "object_id", "happened_at"), rows)
        return ids


def _fact(
    life: dict[str, Any], place: int, state: dict[str, Any], changed: dict[str, Any], at: datetime
) -> tuple[str, dict[str, Any]]:
    stages = life["stages"]
    if not place:
        began = {"title": life["name"], "stage": stages[0].name, "set": changed}
        return "deal.created", {**began, "qualified_at": at.isoformat()} if life["qualified"] else began
    if place < len(stages):
        return "deal.moved", {
            "from_stage": stages[place - 1].name, "to_stage": stages[place].name, "set": changed
        }  # fmt: skip
    if life["ends"] == "won":
        value = {"amount": plain(state["amount"]), "currency": "IDR"}
        return "deal.won", {"value": value, "owner": state["owner_id"], "set": changed}
    return "deal.lost", {
        "reason": "Too expensive", "note": "", "owner": state["owner_id"], "set": changed
    }  # fmt: skip


def plain(value: Any) -> Any:
    """A tracked value as the journal keeps it; amounts are whole here."""
    return (
        str(value)
        if type(value) is int and value > 1_000_000
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
    )


_COLUMNS: dict[Any, tuple[str, ...]] = {}
_BLANK: dict[Any, dict[str, Any]] = {}


def columns(model: Any) -> tuple[str, ...]:
    """Every column of a model but its id."""
    if model not in _COLUMNS:
        fields = [field for field in model._meta.concrete_fields if field.attname != "id"]
        _COLUMNS[model] = tuple(field.attname for field in fields)
        _BLANK[model] = {field.attname: field.get_default() for field in fields}
    return _COLUMNS[model]


def defaults(model: Any, **values: Any) -> Row:
    """A row of a model without its id: the values given, and defaults for the rest."""
    names = columns(model)
    values = {**_BLANK[model], **values}
    return tuple([values[name] for name in names])


def put(model: Any, rows: list[Row]) -> list[int]:
    """Insert rows made by `defaults`; gives their ids."""
    from siklus.platform.tables.write import insert, reserve

    ids = list(reserve(model, len(rows)))
    insert(model, ("id", *columns(model)), [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
    return ids


def documents(kind: str, ids: list[int], rows: list[Row], texts: list[str], model: Any) -> None:
    """Make records findable by their texts."""
    from siklus.platform.search.models import Document

    name, owner = columns(model).index("name"), columns(model).index("owner_id")
    put(Document, [
        defaults(Document, kind=kind, object_id=pk, owner_id=row[owner], title=row[name], text=text.lower())
        for pk, row, text in zip(ids, rows, texts, strict=True)
    ])  # fmt: skip


@contextmanager
def without_indexes() -> Iterator[None]:
    """Indexes are built after the rows, which takes a fraction of the time."""
    from django.apps import apps
    from django.db import connection

    from siklus.platform.tables.bulk import forget_word_statistics

    models = [model for model in apps.get_models() if model._meta.indexes]
    for model in models:
        with connection.schema_editor() as editor:
            for index in model._meta.indexes:
                editor.remove_index(model, index)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
        else:
            cursor.execute("DROP INDEX search_document_text_trgm")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(
                "CREATE INDEX search_document_text_trgm ON search_document USING gin (text gin_trgm_ops)"
            )
    for model in models:
        with connection.schema_editor() as editor:
            for index in model._meta.indexes:
                editor.add_index(model, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "sqlite":  # these documents did not come through the index's own door
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
            forget_word_statistics(cursor)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--deals", type=int, default=50_000)
    given = parser.parse_args(arguments)
    import django

    django.setup()
    from django.core.management import call_command

    from siklus.config.commands.init_ import migrate
    from siklus.platform.i18n.catalogues import compile_catalogues

    compile_catalogues()
    call_command("collectstatic", verbosity=0, interactive=False)
    migrate()
    start = time.perf_counter()
    with without_indexes():
        Loader(given.leads, given.deals).run()
    print(f"{given.leads:,} leads and {given.deals:,} deals in {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
