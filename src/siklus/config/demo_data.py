"""The demo company's world: a seller of business software in Indonesia and twelve months of its deals.

`build` makes people, companies, products and an ordered list of events that the product's own actions replay.
Pure and deterministic: the same day, language and seed give the same world. No Django.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from siklus.config import demo_words as words
from siklus.config.demo_demos import tell_demos
from siklus.config.demo_objections import tell_objections
from siklus.config.demo_qualification import tell_qualification
from siklus.config.demo_quotes import tell_quotes
from siklus.config.demo_truth import DEPTHS, LOST, OPEN_DEALS, OPEN_LEADS, SKIPS, UNDECIDED, UNFIT, WON

ZONE = ZoneInfo("Asia/Jakarta")
MAIL_DOMAIN = "nusadigital.example"
PIPELINE = "pipeline:b2b"
HISTORY_DAYS = 365
CONTACTS = 260

MEDIAN_CYCLE = 38  # days from qualified to won


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    email: str
    role: str
    team: str
    title: str


@dataclass(frozen=True, slots=True)
class Company:
    key: str
    name: str
    sector: str
    city: str
    employees: int
    domain: str
    team: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    key: str
    company: str
    name: str
    title: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Stage:
    key: str
    kind: str
    name: str
    colour: str
    probability: int
    rotting_days: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done: when (Jakarta's time), the verb, its arguments with keys like "deal:17"."""

    at: datetime
    verb: str
    kwargs: dict[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class World:
    """Everything of the demo company; `events` alone is enough to replay it."""

    today: date
    language: str
    people: tuple[Person, ...]
    companies: tuple[Company, ...]
    contacts: tuple[Contact, ...]
    products: tuple[Product, ...]
    stages: tuple[Stage, ...]
    events: tuple[Event, ...] = field(repr=False)


def build(today: date, *, language: str = "en", seed: int = 17, times: int = 1) -> World:
    """Make the world as it is on the morning of `today`; no event lies on `today` or later.

    Parameters
    ----------
    today : the day on which the demo is looked at
    language : "en" or "id", of stage names, reasons and texts
    seed : another seed is another world
    times : so many times as many deals
    """
    return _Builder(today, language, seed, times).world()


class _Builder:
    def __init__(self, today: date, language: str, seed: int, times: int = 1) -> None:
        self.today, self.language, self.seed, self.times = today, language, seed, times
        self.random = random.Random(f"siklus {seed}")  # noqa: S311 - a made-up world, not a secret
        self.events: list[Event] = []
        self.activities = 0
        self.people = tuple(
            Person(f"user:{key}", name, f"{key}@{MAIL_DOMAIN}", role, f"team:{team}", title)
            for key, name, role, team, title in words.PEOPLE
        )
        self.stages = tuple(
            Stage(f"stage:{kind}", kind, names[language], colour, probability, rotting)
            for kind, names, colour, probability, rotting in words.STAGES
        )
        self.products = tuple(
            Product(f"product:{key}", name, Decimal(price)) for key, name, price in words.PRODUCTS
        )
        self.companies = tuple(self._companies())
        self.contacts = tuple(self._contacts())
        self.contacts_of: dict[str, list[Contact]] = {}
        for contact in self.contacts:
            self.contacts_of.setdefault(contact.company, []).append(contact)

    def world(self) -> World:
        self._found()
        for number, outcome in enumerate(self._outcomes(), 1):
            _Story(self, f"deal:{number}", outcome).tell()
        for tell in (tell_objections, tell_quotes, tell_demos, tell_qualification):
            tell(list(self.events), self.record, today=self.today, language=self.language, seed=self.seed)
        events = tuple(sorted(self.events, key=lambda event: event.at))  # stable: told in order at one moment
        return World(
            self.today,
            self.language,
            self.people,
            self.companies,
            self.contacts,
            self.products,
            self.stages,
            events,
        )

    def record(self, at: datetime, verb: str, **kwargs: Any) -> None:
        self.events.append(Event(at, verb, kwargs))

    # What is there before the first deal

    def _found(self) -> None:
        """Teams, people, products, pipeline, companies and contacts, before the history begins."""
        at = _at_work(self.today - timedelta(days=HISTORY_DAYS + 12), 8, 0)
        by = "user:agus"
        for key, names, parent in words.TEAMS:
            self.record(
                at,
                "add_team",
                key=f"team:{key}",
                name=names[self.language],
                parent=parent and f"team:{parent}",
            )
        for person in self.people:
            self.record(
                at, "add_user", key=person.key, name=person.name, email=person.email, role=person.role,
                team=person.team, title=person.title, language=self.language,
            )  # fmt: skip
        for product in self.products:
            self.record(
                at,
                "add_product",
                key=product.key,
                name=product.name,
                price=product.price,
                currency="IDR",
                by=by,
            )
        stages = [
            {
                "key": stage.key, "name": stage.name, "kind": stage.kind, "colour": stage.colour,
                "probability": stage.probability, "rotting_days": stage.rotting_days,
            }
            for stage in self.stages
        ]  # fmt: skip
        self.record(at, "add_pipeline", key=PIPELINE, name="B2B", stages=stages, by=by)
        for company in self.companies:
            self.record(
                at, "add_company", key=company.key, name=company.name, sector=company.sector,
                city=company.city, employees=company.employees, domain=company.domain, by=by,
            )  # fmt: skip
        for contact in self.contacts:
            self.record(
                at, "add_contact", key=contact.key, company=contact.company, name=contact.name,
                title=contact.title, email=contact.email, phone=contact.phone, by=by,
            )  # fmt: skip

    def _companies(self) -> list[Company]:
        pairs = [(first, second) for first in words.FIRST_WORDS for second in words.SECOND_WORDS]
        self.random.shuffle(pairs)
        found: list[Company] = []
        for sector, pattern, smallest, largest, count, products in words.SECTORS:
            for _ in range(count):
                first, second = pairs.pop()
                team = self.random.choice(("jakarta", "jakarta", "surabaya", "bandung"))
                spread = self.random.random() ** 2.2
                found.append(
                    Company(
                        f"company:{len(found) + 1}",
                        pattern.format(first, second),
                        sector,
                        self.random.choice(words.CITIES[team]),
                        round(smallest + (largest - smallest) * spread),
                        f"{first}{second}.example".lower(),
                        f"team:{team}",
                        tuple(f"product:{key}" for key in products),
                    )
                )
        return found

    def _contacts(self) -> list[Contact]:
        homes = [*self.companies, *self.random.choices(self.companies, k=CONTACTS - len(self.companies))]
        found: list[Contact] = []
        taken: set[tuple[str, str]] = set()
        for number, company in enumerate(homes, 1):
            while True:
                given, family = self.random.choice(words.GIVEN_NAMES), self.random.choice(words.FAMILY_NAMES)
                if (given, family) not in taken:
                    break
            taken.add((given, family))
            found.append(
                Contact(
                    f"contact:{number}",
                    company.key,
                    f"{given} {family}",
                    self.random.choice(words.TITLES[self.language]),
                    f"{given}.{family}@{company.domain}".lower(),
                    f"+62 86{self.random.randint(1, 9)} {self.random.randint(1000, 9999)} {number + 1000:04}",
                )
            )
        return found

    def _outcomes(self) -> list[str]:
        outcomes = [
            *["won"] * WON, *["lost"] * LOST, *["no_decision"] * UNDECIDED, *["disqualified"] * UNFIT,
            *["open_deal"] * OPEN_DEALS, *["open_lead"] * OPEN_LEADS,
        ] * self.times  # fmt: skip
        self.random.shuffle(outcomes)
        # Cycles of won deals are spread evenly over their distribution, so that their median is right.
        won = WON * self.times
        spread = [(place + 0.5) / won for place in range(won)]
        self.random.shuffle(spread)
        self.cycles = iter([round(MEDIAN_CYCLE * (share / (1 - share)) ** 0.32) for share in spread])
        return outcomes


class _Story:
    """One deal from its first day to its last or to yesterday."""

    def __init__(self, builder: _Builder, key: str, outcome: str) -> None:
        self.builder, self.key, self.outcome, self.random = builder, key, outcome, builder.random
        self.company = self.random.choice(builder.companies)
        self.contact = self.random.choice(builder.contacts_of[self.company.key])
        product_key = self.random.choice(self.company.products)
        self.product = next(product for product in builder.products if product.key == product_key)
        sellers = [p for p in builder.people if p.team == self.company.team and p.role in ("rep", "manager")]
        self.owner = self.random.choice(sellers).key
        pieces = 1 + int(self.company.employees**0.5 / 6 * self.random.random())
        self.amount = self.product.price * pieces
        self.is_open = outcome.startswith("open")
        self.yesterday = builder.today - timedelta(days=1)
        self.last = datetime.min.replace(tzinfo=ZONE)

    def tell(self) -> None:
        lead_days, cycle = self.random.randint(2, 14), self._cycle()
        is_lead = self.outcome in ("open_lead", "disqualified")
        length = lead_days if is_lead else lead_days + cycle
        slack = HISTORY_DAYS - length - 6
        if self.is_open:
            begin = self.builder.today - timedelta(days=length + 3)
        else:
            begin = self.builder.today - timedelta(days=length + 6 + int(slack * self.random.random()))
        self._create(begin, length)
        lead_moves = [("stage:research", 0.3), ("stage:contact", 0.75)]
        if is_lead:
            lead_moves = lead_moves[: self.random.randint(0, 2)]
        for stage, share in lead_moves:
            self._talk(begin + timedelta(days=lead_days * share / 2))
            self._move(begin + timedelta(days=lead_days * share), stage)
        if not is_lead:
            self._qualified_life(begin + timedelta(days=lead_days), cycle)
        end = begin + timedelta(days=length)
        if self.is_open:
            self._leave_open()
        else:
            self._close(end)

    def _cycle(self) -> int:
        if self.outcome == "won":
            return next(self.builder.cycles)
        if self.outcome == "lost":
            return round(self.random.triangular(6, 110, 30))
        if self.outcome == "no_decision":
            return round(self.random.triangular(40, 160, 80))
        if self.outcome == "open_deal":  # one in eight has been lying about for long
            long_ago = self.random.random() < 0.125
            return self.random.randint(100, 190) if long_ago else round(self.random.triangular(1, 75, 18))
        return 0

    def _create(self, begin: date, length: int) -> None:
        self._do(
            begin,
            "create_deal",
            key=self.key,
            name=f"{self.product.name} – {self.company.name}",
            company=self.company.key,
            contact=self.contact.key,
            product=self.product.key,
            pipeline=PIPELINE,
            stage="stage:prospecting",
            owner=self.owner,
            source=self.random.choice(words.SOURCES),
            amount=self.amount,
            currency="IDR",
            expected_close_date=begin + timedelta(days=max(length, 20) + self.random.randint(-10, 15)),
            by=self.owner,
        )

    def _qualified_life(self, begin: date, cycle: int) -> None:
        self._talk(begin - timedelta(days=1))
        self._do(begin, "qualify_deal", deal=self.key, by=self.owner)
        path = [("stage:demo", 0.2), ("stage:objections", 0.55), ("stage:closing", 0.8)]
        if self.outcome == "open_deal":
            path = path[: min(3, round(cycle / 22 + self.random.random() * 1.4))]
        elif self.outcome != "won":
            path = path[: self.random.choice(DEPTHS)]
        if len(path) > 1 and self.random.random() < SKIPS:
            path = [step for step in path if step[0] != "stage:objections"]
        turns = len(path) > 1 and self.random.random() < 0.1
        for place, (stage, share) in enumerate(path):
            day = begin + timedelta(days=cycle * share)
            self._talk(day - timedelta(days=min(2, cycle * 0.1)))
            self._move(day, stage)
            self._planned_and_done(day + timedelta(days=cycle * 0.05), cycle)
            if place == 1 and turns:  # back to the demonstration, and forward again
                self._move(day + timedelta(days=cycle * 0.06), "stage:demo")
                self._move(day + timedelta(days=cycle * 0.14), stage)
        self._changes(begin, cycle)
        if cycle > 12:
            self._talk(begin + timedelta(days=cycle * 0.88))

    def _changes(self, begin: date, cycle: int) -> None:
        """Another amount, another close date, another owner: told in the last fifth, behind the moves."""
        if cycle < 10:
            return
        if self.random.random() < 0.4:
            factor = self.random.choice((Decimal("0.9"), Decimal("0.85"), Decimal("1.2"), Decimal("1.5")))
            self.amount = (self.amount * factor).quantize(Decimal(1))
            self._do(
                begin + timedelta(days=cycle * 0.82),
                "edit_deal",
                deal=self.key,
                amount=self.amount,
                by=self.owner,
            )
        if self.random.random() < 0.45:
            day = begin + timedelta(days=cycle * 0.84)
            close = day + timedelta(days=self.random.randint(10, 45))
            self._do(day, "edit_deal", deal=self.key, expected_close_date=close, by=self.owner)
        if self.random.random() < 0.12:
            reps = [p.key for p in self.builder.people if p.role == "rep" and p.key != self.owner]
            self.owner = self.random.choice(reps)
            self._do(
                begin + timedelta(days=cycle * 0.86),
                "assign_deal",
                deal=self.key,
                owner=self.owner,
                by="user:bram",
            )

    def _close(self, end: date) -> None:
        if self.outcome == "won":
            self._do(end, "win_deal", deal=self.key, by=self.owner)
            return
        reasons = {
            "lost": words.LOST_REASONS,
            "no_decision": words.UNDECIDED_REASONS,
            "disqualified": words.UNFIT_REASONS,
        }[self.outcome]
        reason = words.REASONS[self.random.choice(reasons)][self.builder.language]
        self._do(end, "lose_deal", deal=self.key, reason=reason, status=self.outcome, by=self.owner)

    def _leave_open(self) -> None:
        """A next activity, overdue or to come, for most; nothing for the others."""
        chance = self.random.random()
        if chance < 0.28:
            return
        days = self.random.randint(-6, -1) if chance < 0.45 else self.random.randint(0, 9)
        due = self.builder.today + timedelta(days=days)
        self._plan(self.yesterday - timedelta(days=self.random.randint(7, 9)), due)

    # Activities

    def _talk(self, day: date) -> None:
        for _ in range(self.random.choice((0, 0, 1, 1, 1))):
            kind = self.random.choice(words.KINDS)
            english, english_text, own, own_text = self.random.choice(words.TALK[kind])
            subject, text = (own, own_text) if self.builder.language == "id" else (english, english_text)
            self._do(
                day,
                "log_activity",
                key=self._activity_key(),
                deal=self.key,
                contact=self.contact.key,
                kind=kind,
                subject=self._filled(subject),
                text=self._filled(text),
                by=self.owner,
            )

    def _planned_and_done(self, day: date, cycle: int) -> None:
        if cycle < 15 or self.random.random() < 0.3:
            return
        due = day + timedelta(days=cycle * 0.05)
        key = self._plan(day, due)
        outcome = self.random.choice(words.OUTCOMES[self.builder.language])
        self._do(due, "finish_activity", key=key, outcome=outcome, by=self.owner)

    def _plan(self, day: date, due: date) -> str:
        key, kind = self._activity_key(), self.random.choice(words.PLAN_KINDS)
        english, own = self.random.choice(words.PLANS[kind])
        due_at = _at_work(due, self.random.randint(8, 16), self.random.choice((0, 15, 30, 45)))
        at = self._moment(day)
        if due_at <= at:
            due_at = _at_work(at.date() + timedelta(days=1), due_at.hour, due_at.minute)
        self._record(
            at,
            "plan_activity",
            key=key,
            deal=self.key,
            contact=self.contact.key,
            kind=kind,
            subject=self._filled(own if self.builder.language == "id" else english),
            due_at=due_at,
            owner=self.owner,
            by=self.owner,
        )
        return key

    def _activity_key(self) -> str:
        self.builder.activities += 1
        return f"activity:{self.builder.activities}"

    def _filled(self, text: str) -> str:
        return text.format(contact=self.contact.name, product=self.product.name)

    # Time

    def _move(self, day: date, stage: str) -> None:
        self._do(day, "move_deal", deal=self.key, stage=stage, by=self.owner)

    def _do(self, day: date, verb: str, **kwargs: Any) -> None:
        self._record(self._moment(day), verb, **kwargs)

    def _record(self, at: datetime, verb: str, **kwargs: Any) -> None:
        self.last = at
        self.builder.record(at, verb, **kwargs)

    def _moment(self, day: date) -> datetime:
        """A working hour of that day, behind everything told of this deal before."""
        at = _at_work(day, self.random.randint(8, 15), self.random.randint(0, 59))
        if at <= self.last:
            at = self.last + timedelta(minutes=self.random.randint(4, 12))
            if at.hour >= 17:
                at = _at_work(at.date() + timedelta(days=1), 8, self.random.randint(0, 30))
        return at


def _at_work(day: date, hour: int, minute: int) -> datetime:
    """That time in Jakarta on that day, or on the Monday after a weekend."""
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return datetime.combine(day, time(hour, minute), ZONE)
