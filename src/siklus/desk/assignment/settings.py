"""Settings of assignment: the rules in their order, whose turn is next, and the leads that wait."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.prospecting.actions import (
    WrongCriterion,
    add_assignment_rule,
    edit_assignment_rule,
    retire_assignment_rule,
    route_waiting,
    set_seat_capacity,
)
from siklus.cycle.prospecting.assignment.queries import (
    rule_for,
    rules_in_use,
    seats_now,
    seats_of,
    waiting_leads,
)
from siklus.cycle.prospecting.fit.attributes import attributes
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.prospecting.models import AssignmentRule, AssignmentSeat
from siklus.cycle.prospecting.queries import said
from siklus.desk.assignment.forms import CONDITIONS, RuleForm, initial_of
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import row_or_404, subjects
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused

BOTH = ["GET", "POST"]
AT_ONCE = 1_000  # leads given away by one press of the button


class SeatForm(forms.Form):
    capacity = forms.IntegerField(
        label=gettext_lazy("Open leads, at most"), min_value=0, max_value=100_000, required=False,
        help_text=gettext_lazy("Empty: as the rule says. 0: none for now."),
    )  # fmt: skip


def _back() -> str:
    return reverse("desk:settings_assignment")


def _people() -> list[User]:
    rows = User.objects.filter(is_active=True).exclude(role="people").order_by("name")
    return [one for one in rows if one.can_work_deals]


@require_GET
@runs_operations
def rules(request: HttpRequest) -> HttpResponse:
    known, now = attributes(with_retired=True), timezone.now()
    rows = [
        (rule, [said(Criterion.read(one), known) for one in rule.criteria], seats_now(rule, now))
        for rule in rules_in_use()
    ]
    names = {
        "here": "assignment", "subjects": subjects(request), "rules": rows, "waiting": waiting_leads().count(),
        "now": now,
    }  # fmt: skip
    return render(request, "desk/assignment/settings.html", names)


def _act(form: RuleForm, save: Any) -> Any:
    """Saves what the form says; what is wrong with a condition stands beside it."""

    def act(values: dict[str, Any]) -> str:
        chosen = {one.pk: one for one in _people()}
        people = [chosen[pk] for pk in values["people"] if pk in chosen]
        position = values["position"] - 1 if values["position"] else None
        try:
            return str(save(
                name=values["name"], people=people, criteria=form.criteria(), capacity=values["capacity"],
                minds_hours=values["minds_hours"], position=position,
            ))  # fmt: skip
        except WrongCriterion as refusal:
            raise Refused(refusal.message, field=f"what{refusal.place + 1}") from refusal

    return act


def _dialog(request: HttpRequest, form: RuleForm, title: str, label: str, save: Any) -> HttpResponse:
    rows = [
        [form[f"{name}{place}"] for name in ("when", "how", "what")] for place in range(1, CONDITIONS + 1)
    ]
    return form_dialog(
        request, form=form, title=title, label=label, act=_act(form, save), back=_back(),
        template="desk/assignment/_rule.html", names={"conditions": rows},
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def rule_new(request: HttpRequest) -> HttpResponse:
    form = RuleForm(request.POST or None, known=attributes(), people=_people())

    def save(**values: Any) -> str:
        made = add_assignment_rule(by=viewer(request), at=timezone.now(), **values)
        return _("%(name)s holds from now on.") % {"name": made.name}

    return _dialog(request, form, _("New assignment rule"), _("Add"), save)


@require_http_methods(BOTH)
@runs_operations
def rule_edit(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule: AssignmentRule = opened(rule_for, viewer(request), rule_id)
    asked = {one["attribute"] for one in rule.criteria}
    now = attributes()
    known = {key: one for key, one in attributes(with_retired=True).items() if key in now or key in asked}
    initial = initial_of(rule, [seat.user_id for seat in seats_of(rule)])
    form = RuleForm(request.POST or None, initial=initial, known=known, people=_people())

    def save(**values: Any) -> str:
        if values["position"] is None:
            values.pop("position")
        if len(rule.criteria) > CONDITIONS:  # more than the form shows were set through the API: they stay
            values["criteria"] += [Criterion.read(one) for one in rule.criteria[CONDITIONS:]]
        edit_assignment_rule(rule=rule, by=viewer(request), at=timezone.now(), **values)
        return _("Saved.")

    return _dialog(request, form, rule.name, _("Save"), save)


@require_POST
@runs_operations
def rule_retire(request: HttpRequest, rule_id: int) -> HttpResponse:
    rule: AssignmentRule = opened(rule_for, viewer(request), rule_id)
    retire_assignment_rule(rule=rule, by=viewer(request), at=timezone.now())
    return done(request, _back(), _("%(name)s gives no more leads.") % {"name": rule.name})


@require_http_methods(BOTH)
@runs_operations
def seat_edit(request: HttpRequest, seat_id: int) -> HttpResponse:
    """How many open leads one person may have."""
    seat: AssignmentSeat = row_or_404(AssignmentSeat, pk=seat_id)

    def act(values: dict[str, Any]) -> str:
        set_seat_capacity(seat=seat, capacity=values["capacity"], by=viewer(request), at=timezone.now())
        return _("Saved.")

    return form_dialog(
        request, form=SeatForm(request.POST or None, initial={"capacity": seat.capacity}), title=seat.user.name,
        label=_("Save"), act=act, back=_back(), wide=("capacity",),
    )  # fmt: skip


@require_POST
@runs_operations
def give_waiting(request: HttpRequest) -> HttpResponse:
    """Ask the rules for the leads that nobody has."""
    given = route_waiting(by=viewer(request), at=timezone.now(), most=AT_ONCE)
    text = ngettext("%(num)s lead found somebody.", "%(num)s leads found somebody.", given) % {"num": given}
    return done(request, _back(), text)
