"""A plan's text as this installation can pay it: what the engine reads, and the columns that our deals can fill."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from siklus.commission.plan import Plan
from siklus.commission.plan_reader import read_plan
from siklus.platform.installation.current import current
from siklus.records.fields.models import FieldDefinition, FieldKind, FieldOwner
from siklus.team.incentives.refused import CannotPay, engine_refusals

OWN_COLUMNS = {
    "product": "text",
    "products": "number",
    "pipeline": "text",
    "source": "text",
    "deal_kind": "text",
}
KINDS = {
    FieldKind.TEXT: "text", FieldKind.CHOICE: "text", FieldKind.NUMBER: "number", FieldKind.MONEY: "number",
    FieldKind.YES_NO: "yes_no",
}  # fmt: skip
LONGEST = 60_000  # characters of a plan


def columns() -> Mapping[str, str]:
    """What formulas may ask of a deal beside its amount: our own columns, and the fields that the customer added."""
    added = FieldDefinition.objects.filter(record=FieldOwner.DEAL, retired_at=None, kind__in=list(KINDS))
    return {**{one.key: KINDS[FieldKind(one.kind)] for one in added}, **OWN_COLUMNS}


def read_text(text: str) -> Plan:
    """The plan of a text. Raises CannotPay with every problem, each with its place and remedy."""
    if len(text) > LONGEST:
        raise CannotPay(_("A plan has at most %(count)s characters.") % {"count": LONGEST}, field="text")
    if "\0" in text:
        raise CannotPay(_("The plan is not a text; give the file as it was written."), field="text")
    with engine_refusals("text"):
        plan = read_plan(text, _("plan"))
    problems = list(_ours(plan))
    if problems:
        raise CannotPay("\n".join(problems), field="text", problems=problems)
    return plan


def _ours(plan: Plan) -> list[str]:
    found = []
    if len(plan.id) > 60:
        found.append(_("plan: the name has at most 60 characters."))
    if plan.currency != current().currency:
        text = _("currency: “%(wrong)s” is not what this company pays in; write %(right)s.")
        found.append(text % {"wrong": plan.currency, "right": current().currency})
    if plan.rounding.minor_units > 3:
        found.append(_("rounding.minor_units: amounts are kept to three decimals; write 3 or fewer."))
    known = columns()
    for name, kind in plan.fields.items():
        if name not in known:
            text = _(
                "fields.%(name)s: no deal has it; there is %(known)s, and numbers, texts and yes/no fields of your own."
            )
            found.append(text % {"name": name, "known": ", ".join(sorted(known))})
        elif known[name] != kind:
            text = _("fields.%(name)s: is a %(right)s, not a %(wrong)s.")
            found.append(text % {"name": name, "right": known[name], "wrong": kind})
    return found
