"""The page of a deal, which before qualification is the page of a lead."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siklus.cycle.outreach.first_response.queries import clock_of, waiting
from siklus.cycle.prospecting.queries import shown_fit
from siklus.desk.filters.lookups import Lookups
from siklus.desk.merge.lineage import follows, merged_names
from siklus.desk.pages.answers import (
    REFUSALS,
    is_fragment,
    link,
    opened,
    refused,
    status_of,
    viewer,
    works_deals,
)
from siklus.desk.pages.own import Property, own_properties
from siklus.desk.pages.stream import Place, stream
from siklus.desk.response.words import told
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.imports.values import ValueProblem, parse_decimal, parse_int
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.actions import add_person, remove_person, set_product
from siklus.records.deals.history import intervals
from siklus.records.deals.models import (
    Category,
    Deal,
    DealContact,
    DealInterval,
    DealProduct,
    Stage,
    Status,
)
from siklus.records.deals.queries import deal_for, deals_for, rotting_for
from siklus.records.fields.merging import has_merged
from siklus.records.fields.record import Refused
from siklus.records.products.models import Product
from siklus.records.tags.actions import tags_of

JOINED = (
    "owner",
    "company",
    "contact",
    "fit__version",
    "first_response__owner",
)  # stages and pipelines are kept by edition


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the bar."""

    id: int
    name: str
    state: str
    days: int | None
    url: str


def days_by_stage(life: Sequence[DealInterval], now: datetime) -> dict[int, int]:
    """Whole days spent in each stage while open, visits added up."""
    seconds: dict[int, float] = defaultdict(float)
    for one in life:
        if one.status == Status.OPEN:
            seconds[one.stage_id] += ((one.valid_to or now) - one.valid_from).total_seconds()
    return {stage: int(spent // 86_400) for stage, spent in seconds.items()}


def steps(deal: Deal, stages: Sequence[Stage], life: Sequence[DealInterval], now: datetime) -> list[Step]:
    """The stage bar: those in use, and retired ones only where the deal stands."""
    spent = days_by_stage(life, now)
    move = link("desk:deal_move", deal.pk) if deal.is_open else ""
    found = []
    for stage in stages:
        if stage.retired_at is not None and stage.pk != deal.stage_id:
            continue
        here = stage.pk == deal.stage_id
        passed = stage.position < deal.stage.position or deal.status == Status.WON
        state = "now" if here and deal.is_open else "done" if passed or here else "future"
        found.append(Step(stage.pk, stage.name, state, spent.get(stage.pk), move))
    return found


def with_neighbours(viewer: User) -> QuerySet[Deal]:
    """What the viewer may see, each with the open one before and after it, the newest first."""
    mine = deals_for(viewer).filter(status=Status.OPEN)
    newer = mine.filter(pk__gt=OuterRef("pk")).order_by("pk").values("pk")[:1]
    older = mine.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return (
        deals_for(viewer)
        .select_related(*JOINED)
        .annotate(newer_id=Subquery(newer), older_id=Subquery(older), has_merged=has_merged(Deal))
    )


def summary(deal: Deal, can_change: bool, own: list[Property]) -> tuple[list[Property], list[Property]]:
    """The properties that say something, and those still empty."""

    def edit(name: str) -> str:
        return link("desk:deal_edit", deal.pk, name) if can_change else ""

    expected = deal.amount_base * deal.probability / 100
    chance = f"{deal.probability}%"
    if deal.amount and deal.is_open:
        chance += f" · {formats.money(expected, current().currency, compact=True)}"
    rows = [
        Property(_("Amount"), formats.money(deal.amount, deal.currency), edit("amount"), strong=True),
        Property(_("Chance"), chance, edit("probability"), note=_("weighted") if deal.amount else ""),
        Property(_("Expected close"), formats.day(deal.expected_close_date), edit("expected_close_date")),
        Property(_("Forecast"), str(Category(deal.category).label), edit("category")),
        Property(
            _("Owner"), deal.owner.name if deal.owner else "", edit("owner"), face=True, empty=_("nobody yet")
        ),
        Property(_("Source"), deal.source, edit("source")),
        Property(_("Description"), deal.description, edit("description"), stacked=bool(deal.description)),
        Property(_("Created"), formats.day(deal.created_at), title=formats.moment(deal.created_at)),
        *own,
        Property(_("Name"), deal.name, edit("name")),
    ]
    if deal.external_id:
        rows.append(Property(_("External number"), deal.external_id))
    if deal.kind != "new":
        rows.insert(4, Property(_("Kind"), str(deal.get_kind_display())))
    kept = (_("Amount"), _("Owner"), _("Expected close"))
    filled = [row for row in rows if row.value or row.label in kept]
    return filled, [row for row in rows if row not in filled]


@require_GET
@follows("deal")
def deal_page(request: HttpRequest, deal_id: int) -> HttpResponse:
    user, now = viewer(request), timezone.now()
    deal: Deal = opened(lambda who, pk: with_neighbours(who).get(pk=pk), user, deal_id)
    kept = Lookups(user, now)
    place_in(kept.stages, deal)
    can_change = user.can_work_deals
    life = list(intervals(deal))
    stages = [one for one in kept.stages.values() if one.pipeline_id == deal.pipeline_id]
    people = people_of(deal)
    names = {row.contact_id: row.contact.name for row in people}
    if deal.contact:
        names[deal.contact.pk] = deal.contact.name
    fields = kept.fields("deal")
    own = own_properties(deal, fields, "desk:deal_edit" if can_change else "")
    clock = clock_of(deal)
    response = waiting(clock, now) if clock is not None else None
    filled, empty = summary(deal, can_change, own)
    if response is not None and not response.response.is_waiting:
        filled.insert(-1, Property(_("First response"), told(response)))
    context = {
        **stream(
            request, Place("deal", deal), own={field.key: field.label for field in fields}, people=names
        ),
        **merged_names("deal", deal, user),
        "deal": deal,
        "steps": steps(deal, stages, life, now) if can_change else steps_only(deal, stages, life, now),
        "rotting": rotting_for(deal, now),
        "tags": tags_of("deal", deal.pk),
        "filled": filled,
        "unfilled": empty,
        "response": response,
        "response_told": told(response) if response is not None else "",
        "fit": shown_fit("deal", getattr(deal, "fit", None)),
        "newer": deal.newer_id,  # type: ignore[attr-defined]
        "older": deal.older_id,  # type: ignore[attr-defined]
        **people_names(deal, people),
        **line_names(deal),
    }
    return render(request, "desk/pages/deal.html", context)


def place_in(stages: dict[int, Stage], deal: Deal) -> None:
    """Give a deal its stage and pipeline from those already read."""
    deal.stage = stages[deal.stage_id]
    deal.pipeline = deal.stage.pipeline


def steps_only(
    deal: Deal, stages: Sequence[Stage], life: Sequence[DealInterval], now: datetime
) -> list[Step]:
    """The bar without its buttons."""
    return [Step(s.id, s.name, s.state, s.days, "") for s in steps(deal, stages, life, now)]


def people_of(deal: Deal) -> list[DealContact]:
    return list(deal.people.filter(contact__merged_into=None).select_related("contact").order_by("id"))


def people_names(deal: Deal, people: list[DealContact], error: str = "") -> dict[str, Any]:
    """The names that `_people.html` needs."""
    return {
        "deal": deal,
        "people": people,
        "parts": [(key, str(label)) for key, label in DealContact.Part.choices],
        "people_error": error,
    }


def line_names(deal: Deal, error: str = "") -> dict[str, Any]:
    """The names that `_lines.html` needs."""
    lines = list(deal.lines.select_related("product").order_by("id"))
    total: Decimal | None = None
    for line in lines:
        price = line.product.price if line.unit_price is None else line.unit_price
        line.each = price  # type: ignore[attr-defined]
        line.sum = None if price is None else price * line.quantity  # type: ignore[attr-defined]
        if line.sum is not None:  # type: ignore[attr-defined]
            total = (total or Decimal(0)) + line.sum  # type: ignore[attr-defined]
    return {"deal": deal, "lines": lines, "lines_total": total, "lines_error": error}


@require_POST
@works_deals
def deal_people(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Put a person on the deal with their part, change the part, or take them off."""
    user, now = viewer(request), timezone.now()
    deal: Deal = opened(deal_for, user, deal_id)
    error, status = "", 200
    try:
        if not request.POST.get("contact"):
            raise Refused(_("Choose a person first."), field="contact")
        if request.POST.get("remove"):
            row = deal.people.select_related("contact").filter(contact_id=request.POST["contact"]).first()
            if row:
                remove_person(deal=deal, contact=row.contact, by=user, at=now)
        else:
            contact = opened(contact_for, user, request.POST["contact"])
            add_person(deal=deal, contact=contact, part=request.POST.get("part", "other"), by=user, at=now)
    except REFUSALS as refusal:
        error, status = str(refusal), status_of(refusal)
    if not is_fragment(request):
        return _back_to(request, deal, error)
    names = {**people_names(deal, people_of(deal), error), "can_change": True}
    return render(request, "desk/pages/_people.html", names, status=status)


@require_POST
@works_deals
def deal_product(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Put a product on the deal, change its number or price, or take it off."""
    user, now = viewer(request), timezone.now()
    deal: Deal = opened(deal_for, user, deal_id)
    error, status = "", 200
    try:
        product = _product(request.POST.get("product", ""), deal)
        quantity = 0 if request.POST.get("remove") else _quantity(request.POST.get("quantity", "1"))
        price = read_amount(request.POST.get("unit_price", ""), _("The price"))
        set_product(deal=deal, product=product, by=user, at=now, quantity=quantity, unit_price=price)
    except REFUSALS as refusal:
        error, status = str(refusal), status_of(refusal)
    if not is_fragment(request):
        return _back_to(request, deal, error)
    return render(
        request, "desk/pages/_lines.html", {**line_names(deal, error), "can_change": True}, status=status
    )


def _back_to(request: HttpRequest, deal: Deal, error: str) -> HttpResponse:
    page = Place("deal", deal).page
    return refused(request, page, Refused(error)) if error else redirect(page)


def _product(given: str, deal: Deal) -> Product:
    rows = Product.objects.filter(
        Q(is_active=True) | Q(pk__in=DealProduct.objects.filter(deal=deal).values("product_id"))
    )
    product = rows.filter(pk=given).first() if given.isdecimal() else None
    if product is None:
        raise Refused(_("Choose a product first."), field="product")
    return product


def _quantity(text: str) -> int:
    try:
        return parse_int(text or "1", low=0, high=1_000_000)
    except ValueProblem as problem:
        raise Refused(_("A quantity is a whole number."), field="quantity") from problem


def read_amount(text: str, what: str) -> Decimal | None:
    """An amount as people write it in their language; nothing when empty. Raises Refused."""
    if not text.strip():
        return None
    try:
        amount = parse_decimal(text, "," if get_language() == "id" else ".")
    except ValueProblem as problem:
        raise Refused(_("%(what)s is not a number.") % {"what": what}) from problem
    if amount < 0 or amount >= Decimal(10) ** 15:
        raise Refused(_("%(what)s is out of range.") % {"what": what})
    return amount.quantize(Decimal("0.01"))


@require_GET
def deal_history(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The values of a deal over time, each change marked."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    life = list(intervals(deal))
    stages = dict(Stage.objects.filter(pk__in={one.stage_id for one in life}).values_list("pk", "name"))
    people = {pk for one in life for pk in (one.owner_id, one.by_id) if pk}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    rows = []
    before: DealInterval | None = None
    for one in life:
        cells = [
            (stages.get(one.stage_id, "–"), "stage_id"),
            (formats.money(one.amount, one.currency, compact=True) or "–", "amount"),
            (f"{one.probability}%", "probability"),
            (formats.day(one.expected_close_date) or "–", "expected_close_date"),
            (str(dict(Category.choices).get(one.category, one.category)), "category"),
            (names.get(one.owner_id or 0, "–"), "owner_id"),
            (str(dict(Status.choices).get(one.status, one.status)), "status"),
        ]
        marked = [
            (text, before is not None and getattr(before, key) != getattr(one, key)) for text, key in cells
        ]
        rows.append((one.valid_from, marked, names.get(one.by_id or 0, "")))
        before = one
    rows.reverse()
    name = "desk/pages/_history_dialog.html" if is_fragment(request) else "desk/pages/history.html"
    return render(request, name, {"deal": deal, "rows": rows})
