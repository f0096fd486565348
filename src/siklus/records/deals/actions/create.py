from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.tables.write import insert_object, make
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals import history
from siklus.records.deals.actions.shared import CannotChangeDeal, mentions, price, put_in_index
from siklus.records.deals.facts import DealCreated
from siklus.records.deals.gates import ask_gates
from siklus.records.deals.models import Category, Deal, Kind, Stage
from siklus.records.deals.models.pipeline import QUALIFYING_KINDS
from siklus.records.deals.queries import default_stage
from siklus.records.fields.actions import clean_custom
from siklus.records.fields.models import FieldDefinition

KINDS, CATEGORIES = frozenset(Kind.values), frozenset(Category.values)


def new_deal(
    *, name: str, at: datetime, stage: Stage | None = None, owner: User | None = None,
    company: Company | None = None, contact: Contact | None = None, amount: Decimal | None = None,
    currency: str | None = None, expected_close_date: date | None = None, source: str = "", description: str = "",
    kind: str = Kind.NEW, qualified: bool = False, custom: dict[str, Any] | None = None,
    external_id: str | None = None, category: str | None = None, grew_from: Deal | None = None,
    fields: list[FieldDefinition] | None = None,
) -> Deal:  # fmt: skip
    """A lead or deal that is right in itself and let in by its stage's gates, not stored yet."""
    name = " ".join(name.split())[:250]
    if not name:
        raise CannotChangeDeal(_("A lead or deal needs a name."), field="name")
    if kind not in KINDS:
        raise CannotChangeDeal(_("“%(kind)s” is not a kind of deal.") % {"kind": kind}, field="kind")
    if category is not None and category not in CATEGORIES:
        raise CannotChangeDeal(
            _("“%(value)s” is not a forecast category.") % {"value": category}, field="category"
        )
    stage = stage or first_stage()
    if stage.retired_at is not None:
        raise CannotChangeDeal(_("The stage %(stage)s is retired.") % {"stage": stage.name}, field="stage")
    qualified = qualified or stage.kind in QUALIFYING_KINDS
    own = clean_custom("deal", custom, fields=fields) if custom else {}
    deal = make(
        Deal, name=name, kind=kind, company=company, contact=contact, pipeline_id=stage.pipeline_id, stage=stage,
        currency="", probability=stage.probability, category=category or stage.category,
        category_by_hand=category is not None, owner=owner, team_id=owner.team_id if owner else None,
        expected_close_date=expected_close_date, source=source.strip()[:120], description=description,
        qualified_at=at if qualified else None, stage_entered_at=at, created_at=at, updated_at=at,
        external_id=external_id or None, grew_from=grew_from,
        custom={key: value for key, value in own.items() if value is not None},
    )  # fmt: skip
    price(deal, amount, currency, at)
    ask_gates(deal, stage, qualifies=qualified)
    return deal


@transaction.atomic
def create_deal(*, by: User | None, at: datetime, **values: Any) -> Deal:
    """Create a lead, or with `qualified` a deal. Without a stage it starts in the first one.

    The values are those of `new_deal`.
    """
    deal = new_deal(at=at, **values)
    insert_object(deal)
    put_in_index(deal, new=True)
    fact = DealCreated(
        deal=deal.pk,
        title=deal.name,
        stage=deal.stage.name,
        set=history.tracked(deal),
        qualified_at=deal.qualified_at,
    )
    entry = record(fact, by=by, at=at, mentions=mentions(deal))
    history.open_history(deal, at=at, entry=entry, by_id=by.pk if by else None)
    return deal


def first_stage() -> Stage:
    """Where a new lead starts."""
    stage = default_stage()
    if stage is None:
        raise CannotChangeDeal(
            _("There is no pipeline yet. Add one under Settings, Pipelines."), field="stage"
        )
    return stage
