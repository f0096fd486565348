"""Loads the demo company by replaying its year through the product's own actions."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.config import (
    demo_automations,
    demo_closing,
    demo_data,
    demo_lessons,
    demo_pay,
    demo_research,
    demo_talk,
    demo_targets,
)
from siklus.config.demo_mail import tell_mail
from siklus.config.demo_sequences import tell_sequences
from siklus.cycle.closing.actions import accept_quote, decline_quote, draft_quote, send_quote
from siklus.cycle.closing.queries import standing_version
from siklus.cycle.demos.actions import add_ready_types, book_demo, hold_demo, miss_demo
from siklus.cycle.demos.queries import free_slots
from siklus.cycle.objections.actions import (
    add_ready_catalogue,
    answer_objection,
    leave_standing,
    raise_objection,
    resolve_objection,
)
from siklus.cycle.prospecting.actions import (
    Visit,
    add_assignment_rule,
    add_form,
    add_profile,
    recompute_fit,
    submit_form,
)
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.qualification.actions import add_ready_framework, answer_criterion, set_qualification_rule
from siklus.cycle.qualification.queries import criteria_of
from siklus.platform.accounts.actions import add_team, add_user
from siklus.platform.accounts.models import Team, User
from siklus.platform.installation.current import current, found_installation
from siklus.platform.journal.record import through
from siklus.records.activities.actions import finish_activity, log_activity, plan_activity
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import (
    add_lost_reason,
    add_pipeline,
    add_stage,
    assign_deal,
    create_deal,
    edit_deal,
    lose_deal,
    move_deal,
    qualify_deal,
    set_product,
    win_deal,
)
from siklus.records.deals.models import LostReason, Pipeline
from siklus.records.products.actions import add_product

IDEAL: tuple[tuple[str, str, tuple[str, ...], int, bool], ...] = (
    ("company.employees", "between", ("50", "1000"), 4, False),
    ("company.industry", "one_of", ("manufacturing", "logistics", "distribution", "health"), 3, False),
    ("lead.source", "one_of", ("referral", "event", "website"), 2, False),
    ("lead.title", "contains", ("direktur", "manajer", "manager", "kepala", "head", "pemilik"), 2, False),
    ("company.website", "filled", (), 1, False),
)
FORM = (
    ("contact.name", True), ("contact.email", True), ("contact.phone", False), ("company.name", True),
    ("company.employees", False), ("lead.description", False),
)  # fmt: skip
TEXTS = {
    "heading": {"en": "See Nusa Digital at work", "id": "Lihat Nusa Digital bekerja"},
    "intro": {"en": "Tell us about your company; we answer within a working day.",
              "id": "Ceritakan perusahaan Anda; kami balas dalam satu hari kerja."},
    "button": {"en": "Ask for a demonstration", "id": "Minta demonstrasi"},
    "consent": {"en": "You may write to me and call me about my request.",
                "id": "Silakan menulis dan menelepon saya tentang permintaan ini."},
}  # fmt: skip
VISITORS = (
    {"contact.name": "Laras Kusumawati", "contact.email": "laras@senjakopi.example", "company.name": "Kopi Senja Raya",
     "company.employees": "85", "lead.description": "Three branches, two tills each."},
    {"contact.name": "Bayu Hartanto", "contact.email": "bayu@tirtaniaga.example", "company.name": "PT Tirta Niaga",
     "company.employees": "240"},
)  # fmt: skip
CATEGORY = {"demo": "best_case", "objections": "best_case", "closing": "commit"}


def load_demo(*, today: datetime, language: str = "en") -> None:
    """Found the installation and replay the demo company's year up to a moment. All or nothing."""
    world = demo_data.build(today.date(), language=language)
    with transaction.atomic(), through("command", quiet=True), override(language):
        found_installation(
            name="Nusa Digital", currency="IDR", time_zone="Asia/Jakarta", language=language,
            at=world.events[0].at,
        )  # fmt: skip
        Replay(world, _password()).run(today)


def _password() -> str:
    """One password for all people of the demo, made for this installation."""
    path = Path(settings.DATA) / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("-".join(secrets.choice(WORDS) for _ in range(4)))
    return path.read_text().strip()


WORDS = (
    "angin awan batu bintang bulan bunga daun embun gunung hujan hutan ikan jalan kabut kayu kebun kopi laut "
    "madu malam matahari melati ombak padi pagi pantai pasir pelangi perahu pohon pulau rumah sawah senja sungai "
    "taman teluk tenun ubin wangi"
).split()


class Replay:
    """Applies events in order; `things` holds what each key became."""

    def __init__(self, world: demo_data.World, password: str) -> None:
        self.world, self.password = world, password
        self.things: dict[str, Any] = {}
        self.owners: dict[str, str] = {}
        for event in world.events:
            if event.verb == "create_deal":
                for key in ("company", "contact"):
                    self.owners.setdefault(event.kwargs[key], event.kwargs["owner"])

    def run(self, until: datetime) -> None:
        self.until = until
        self._answers()
        is_settled = False
        for event in self.world.events:
            if event.at <= until:
                if event.verb == "create_deal" and not is_settled:
                    demo_closing.settle_quotes(None, event.at)
                    is_settled = True
                values = dict(event.kwargs)
                at = event.at
                by = self._thing(values.pop("by", None))
                verb: Callable[..., None] = getattr(self, event.verb)
                verb(at=at, by=by, **values)
        self._ideal(until)
        tell_mail(at=min(self.world.events[-1].at, until))
        tell_sequences(at=min(self.world.events[-1].at, until))
        demo_closing.quotes_at_work(until)
        demo_closing.plans_at_work(until)
        demo_lessons.competitors_and_lessons(until)
        demo_research.research_at_work(until)
        demo_automations.automations_at_work(until)
        demo_talk.talk_at_work(until)
        demo_targets.targets_at_work(until)
        demo_pay.pay_at_work(until)

    def _ideal(self, until: datetime) -> None:
        """Whom the company wants to sell to, and how its companies, leads and deals fit."""
        by = User.objects.filter(role="operations").first()
        at = self.world.events[-1].at if self.world.events[-1].at < until else until
        criteria = [Criterion(*values) for values in IDEAL]
        add_profile(name=_("Growing company, 50 to 1,000 people"), criteria=criteria, by=by, at=at)
        sellers = list(User.objects.filter(role="rep", is_active=True).order_by("pk"))
        if sellers:
            add_assignment_rule(name=_("New leads in turn"), people=sellers, capacity=40, by=by, at=at)
        self._form(by, at)
        recompute_fit(by=None, at=at)

    def _form(self, by: User | None, at: datetime) -> None:
        """The form of the company's site, and the first two who wrote."""
        fields = [{"key": key, "required": needed} for key, needed in FORM]
        pipeline = Pipeline.objects.order_by("position", "id").first()
        form = add_form(
            name="Demo", slug="demo", fields=fields, texts=TEXTS, pipeline=pipeline, source="website",
            campaign="Nusa HRIS", by=by, at=at,
        )  # fmt: skip
        for number, answers in enumerate(VISITORS):
            given = {key: [value] for key, value in answers.items()}
            visit = Visit(referrer="https://www.nusadigital.example/hris", utm={"utm_medium": "cpc"})
            submit_form(
                form=form, given=given, consented=True, mark=f"demo-{number}", visit=visit,
                at=at - timedelta(hours=5 - number),
            )  # fmt: skip

    def _answers(self) -> None:
        """The ready catalogue: what buyers object, and what the company answers."""
        for type_ in add_ready_catalogue(by=None, at=self.world.events[0].at):
            self.things[f"type:{type_.kind}"] = type_
            for place, response in enumerate(type_.responses.order_by("id")):
                self.things[f"response:{type_.kind}:{place}"] = response

        for shown in add_ready_types(by=None, at=self.world.events[0].at, formats=("software", "workshop")):
            self.things[f"shown:{shown.name_en}"] = shown

    def _thing(self, key: str | None) -> Any:
        return self.things.get(key) if key else None

    def add_team(self, *, at: datetime, by: User | None, key: str, name: str, parent: str | None) -> None:
        self.things[key] = add_team(name=name, parent=self._thing(parent), by=by, at=at)

    def add_user(
        self, *, at: datetime, by: User | None, key: str, name: str, email: str, role: str, team: str | None,
        title: str, language: str,
    ) -> None:  # fmt: skip
        user = add_user(
            email=email, name=name, role=role, team=self._thing(team), language=language,
            time_zone=current().time_zone.key, by=by, at=at,
        )  # fmt: skip
        user.set_password(self.password)  # one for all of them, so no rule about names can hold
        user.save(update_fields=["password"])
        self.things[key] = user
        home: Team | None = user.team
        if role == "manager" and home is not None and home.manager_id is None:
            home.manager = user
            home.save(update_fields=["manager"])

    def add_product(self, *, key: str, **values: Any) -> None:
        self.things[key] = add_product(**values)

    def add_pipeline(
        self, *, at: datetime, by: User | None, key: str, name: str, stages: list[dict[str, Any]]
    ) -> None:
        pipeline = self.things[key] = add_pipeline(name=name, by=by, at=at)
        for stage in stages:
            place = stage.pop("key")
            category = CATEGORY.get(stage["kind"], "pipeline")
            self.things[place] = add_stage(pipeline=pipeline, category=category, by=by, at=at, **stage)

    def add_company(
        self, *, at: datetime, by: User | None, key: str, name: str, sector: str, city: str, employees: int,
        domain: str,
    ) -> None:  # fmt: skip
        self.things[key] = add_company(
            name=name, industry=sector, city=city, country="Indonesia", employees=employees,
            website=f"https://{domain}", owner=self._thing(self.owners.get(key)), by=by, at=at,
        )  # fmt: skip

    def add_contact(
        self,
        *,
        at: datetime,
        by: User | None,
        key: str,
        company: str,
        name: str,
        title: str,
        email: str,
        phone: str,
    ) -> None:
        self.things[key] = add_contact(
            name=name, title=title, company=self._thing(company), emails=[email], phones=[phone],
            owner=self._thing(self.owners.get(key)), by=by, at=at,
        )  # fmt: skip

    def create_deal(
        self, *, at: datetime, by: User | None, key: str, name: str, company: str, contact: str, product: str,
        pipeline: str, stage: str, owner: str, **values: Any,
    ) -> None:  # fmt: skip
        deal = create_deal(
            name=name, company=self._thing(company), contact=self._thing(contact), stage=self._thing(stage),
            owner=self._thing(owner), by=by, at=at, **values,
        )  # fmt: skip
        self.things[key] = deal
        set_product(deal=deal, product=self._thing(product), by=by, at=at)

    def qualify_deal(self, *, at: datetime, by: User | None, deal: str) -> None:
        self.things[deal] = qualify_deal(deal=self._thing(deal), by=by, at=at)

    def move_deal(self, *, at: datetime, by: User | None, deal: str, stage: str) -> None:
        self.things[deal] = move_deal(deal=self._thing(deal), stage=self._thing(stage), by=by, at=at)

    def edit_deal(self, *, at: datetime, by: User | None, deal: str, **values: Any) -> None:
        self.things[deal] = edit_deal(deal=self._thing(deal), by=by, at=at, **values)

    def assign_deal(self, *, at: datetime, by: User | None, deal: str, owner: str) -> None:
        self.things[deal] = assign_deal(deal=self._thing(deal), owner=self._thing(owner), by=by, at=at)

    def win_deal(self, *, at: datetime, by: User | None, deal: str) -> None:
        self.things[deal] = win_deal(deal=self._thing(deal), by=by, at=at)

    def lose_deal(self, *, at: datetime, by: User | None, deal: str, reason: str, status: str) -> None:
        why = LostReason.objects.filter(name=reason).first()
        if why is None:
            why = add_lost_reason(name=reason, status=status, by=by, at=at)
        self.things[deal] = lose_deal(deal=self._thing(deal), reason=why, status=status, by=by, at=at)

    def plan_activity(
        self,
        *,
        at: datetime,
        by: User | None,
        key: str,
        deal: str,
        contact: str,
        kind: str,
        owner: str,
        **values: Any,
    ) -> None:
        self.things[key] = plan_activity(
            kind=_kind(kind), deal=self._thing(deal), contact=self._thing(contact), owner=self._thing(owner),
            by=by, at=at, **values,
        )  # fmt: skip

    def finish_activity(self, *, at: datetime, by: User | None, key: str, outcome: str) -> None:
        finish_activity(activity=self._thing(key), outcome=outcome, by=by, at=at)

    def log_activity(
        self,
        *,
        at: datetime,
        by: User | None,
        key: str,
        deal: str,
        contact: str,
        kind: str,
        subject: str,
        text: str,
    ) -> None:
        self.things[key] = log_activity(
            kind=_kind(kind), subject=subject, body=text, deal=self._thing(deal), contact=self._thing(contact),
            by=by, at=at,
        )  # fmt: skip

    def answer_criterion(
        self, *, at: datetime, by: User | None, deal: str, place: int, verdict: int, said: str
    ) -> None:
        """By BANT, which the pipeline advises; the last activity of the deal shows it, when there is one."""
        answered = self._thing(deal)
        if "asked" not in self.things:
            framework = add_ready_framework(key="BANT", by=None, at=at)
            for pipeline in Pipeline.objects.all():
                set_qualification_rule(pipeline=pipeline, framework=framework, by=None, at=at)
            self.things["asked"] = criteria_of(framework.pk)
        shows = answered.activities.filter(done_at__lte=at).order_by("-done_at").first()
        answer_criterion(
            deal=answered,
            criterion=self.things["asked"][place],
            verdict=verdict,
            said=said,
            evidence=shows,
            by=by,
            at=at,
        )

    def book_demo(
        self, *, at: datetime, by: User | None, key: str, deal: str, kind: str, day: date, place: int,
        agenda: list[str],
    ) -> None:  # fmt: skip
        """At a free time of the deal's owner within a week of the day."""
        wanted = self._thing(deal)
        wanted.refresh_from_db()
        shown, host = self._thing(f"shown:{kind}"), wanted.owner or by
        slots = (
            free_slots(host, minutes=shown.minutes, day=day, days=7, now=at)
            if wanted.is_open and host
            else []
        )
        if slots:
            self.things[key] = book_demo(
                deal=wanted, type=shown, starts_at=slots[min(place, len(slots) - 1)].start, host=host,
                agenda=agenda, by=by, at=at,
            )  # fmt: skip

    def hold_demo(self, *, at: datetime, by: User | None, demo: str, **values: Any) -> None:
        held = self._thing(demo)
        if held is not None and (when := held.ends_at + timedelta(minutes=10)) <= self.until:
            held.deal.refresh_from_db()
            estimate = values.pop("estimate")
            hold_demo(
                demo=held, by=held.host, at=when, estimate=estimate if held.deal.is_open else None, **values
            )

    def miss_demo(self, *, at: datetime, by: User | None, demo: str) -> None:
        missed = self._thing(demo)
        if missed is not None and missed.ends_at <= self.until:
            miss_demo(demo=missed, by=missed.host, at=missed.ends_at)

    def raise_objection(
        self, *, at: datetime, by: User | None, key: str, deal: str, kind: str, words: str
    ) -> None:
        self.things[key] = raise_objection(
            deal=self._thing(deal), type=self._thing(f"type:{kind}"), words=words, by=by, at=at
        )

    def answer_objection(self, *, at: datetime, by: User | None, objection: str, response: str) -> None:
        self.things[objection] = answer_objection(
            objection=self._thing(objection), response=self._thing(response), by=by, at=at
        )

    def resolve_objection(self, *, at: datetime, by: User | None, objection: str) -> None:
        self.things[objection] = resolve_objection(objection=self._thing(objection), by=by, at=at)

    def leave_standing(self, *, at: datetime, by: User | None, objection: str) -> None:
        self.things[objection] = leave_standing(objection=self._thing(objection), by=by, at=at)

    def draft_quote(self, *, at: datetime, by: User | None, key: str, deal: str) -> None:
        self.things[key] = draft_quote(
            deal=self._thing(deal), lines=demo_closing.lines_of_deal(self._thing(deal)), by=by, at=at
        )

    def send_quote(self, *, at: datetime, by: User | None, quote: str) -> None:
        self.things[quote] = send_quote(quote=self._thing(quote), by=by, at=at)

    def accept_quote(self, *, at: datetime, by: User | None, quote: str, contact: str) -> None:
        self._decided(accept_quote, quote, contact, at)

    def decline_quote(self, *, at: datetime, by: User | None, quote: str, contact: str, note: str) -> None:
        self._decided(decline_quote, quote, contact, at, note=note)

    def _decided(
        self, verb: Callable[..., Any], quote: str, contact: str, at: datetime, **values: Any
    ) -> None:
        """The buyer answers on their page."""
        version = standing_version(self._thing(quote))
        version.quote = self._thing(quote)
        verb(version=version, name=self._thing(contact).name, address="203.0.113.24", at=at, **values)


def _kind(kind: str) -> str:
    return "message" if kind == "whatsapp" else kind
