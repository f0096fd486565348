"""The plans: their versions side by side, who is on them, and the editor that tries a text before it is kept."""

import difflib
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.commission.ledger import total
from siklus.commission.periods import around
from siklus.desk.incentives.my_pay import BOTH, attached, today
from siklus.desk.pages.answers import (
    REFUSALS,
    done,
    form_dialog,
    opened,
    refused,
    runs_operations,
    viewer,
)
from siklus.desk.verbs.typed import typed_amount
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused
from siklus.team.incentives.actions import (
    add_plan,
    add_version,
    clone_plan,
    end_assignment,
    put_on_plan,
    retire_plan,
    set_pay_rule,
)
from siklus.team.incentives.documents import read_text
from siklus.team.incentives.models import Assignment, CommissionPlan, PlanVersion
from siklus.team.incentives.queries import assignment_for, pay_rule, plan_for, plans_for
from siklus.team.incentives.ready import PLANS, ready_text
from siklus.team.incentives.refused import CannotPay
from siklus.team.incentives.trying import dry_run, tried
from siklus.team.incentives.words import line_in_words, plan_in_words

EXAMPLES = 8  # amounts that the editor tries at once


@require_GET
@runs_operations
def plans(request: HttpRequest) -> HttpResponse:
    rows = list(plans_for(viewer(request)).filter(retired_at=None).prefetch_related("versions"))
    day = today()
    on = (
        Assignment.objects.filter(from_date__lte=day)
        .exclude(until_date__lte=day)
        .values_list("plan_id", flat=True)
    )
    counts = {one.pk: list(on).count(one.pk) for one in rows}
    names = {
        "plans": [(one, one.versions.first(), counts[one.pk]) for one in rows],
        "ready": PLANS,
        "rule": pay_rule(),
    }
    return render(request, "desk/incentives/plans.html", names)


@require_GET
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan in words, for whom it concerns; its text, people and versions for operations."""
    user = viewer(request)
    one: CommissionPlan = opened(plan_for, user, plan_id)
    versions = list(one.versions.select_related("by"))
    shown = versions[0]
    if (number := request.GET.get("version", "")).isdecimal():
        shown = next((each for each in versions if each.number == int(number)), shown)
    names = {
        "plan": one, "version": shown, "versions": versions, "said": plan_in_words(shown.document),
        "diff": _diff(versions, shown), "can_edit": user.can_run_operations, "today": today(),
        "people": one.assignments.select_related("user", "reports_to") if user.can_run_operations else [],
    }  # fmt: skip
    return render(request, "desk/incentives/plan.html", names)


def _diff(versions: list[PlanVersion], shown: PlanVersion) -> list[tuple[str, str]]:
    """(mark, line) of what a version changed in the one before: +, - or a space."""
    before = next((one for one in versions if one.number == shown.number - 1), None)
    if before is None:
        return []
    rows = difflib.unified_diff(before.text.splitlines(), shown.text.splitlines(), n=1, lineterm="")
    return [(line[:1], line[1:]) for line in rows if not line.startswith(("---", "+++", "@@"))]


class EditorForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    text = forms.CharField(
        label=gettext_lazy("The plan"), max_length=60_000, strip=False, widget=forms.Textarea
    )
    file = forms.FileField(label=gettext_lazy("Or a file"), required=False)
    from_date = forms.DateField(
        label=gettext_lazy("Holds from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=gettext_lazy("What changes, and why"), max_length=250, required=False)
    quota = forms.CharField(required=False, max_length=40)
    amounts = forms.CharField(required=False, max_length=400)


@require_http_methods(BOTH)
@runs_operations
def plan_new(request: HttpRequest) -> HttpResponse:
    """A plan of one's own or from a ready one."""
    key = request.GET.get("ready", "")
    text = ready_text(key if key in PLANS else "flat")
    first = around(today(), "month").first
    return _editor(
        request, None, {"text": text, "from_date": first, "title": str(PLANS[key][0]) if key in PLANS else ""}
    )


@require_http_methods(BOTH)
@runs_operations
def version_new(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A new version, which begins as the last one."""
    one: CommissionPlan = opened(plan_for, viewer(request), plan_id)
    last = one.versions.first()
    assert last is not None
    posted = one.periods.first()
    first = posted.until if posted else around(today(), one.length).until
    return _editor(request, one, {"text": last.text, "from_date": first, "title": one.title})


def _editor(request: HttpRequest, plan: CommissionPlan | None, initial: dict[str, Any]) -> HttpResponse:
    form = (
        EditorForm(_with_file(request), request.FILES or None, initial=initial)
        if request.method == "POST"
        else EditorForm(initial=initial)
    )
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            user, values = viewer(request), form.cleaned_data
            given = {
                "text": values["text"],
                "from_date": values["from_date"],
                "note": values["note"],
                "by": user,
                "at": timezone.now(),
            }
            try:
                if plan is None:
                    plan = add_plan(title=values["title"], **given)
                else:
                    add_version(plan=plan, **given)
            except CannotPay as refusal:
                problems = refusal.problems
            else:
                return redirect("desk:incentive_plan", plan.pk)
        else:
            problems = [
                f"{form.fields[name].label}: {error}"
                for name, errors in form.errors.items()
                for error in errors
            ]
    text = form["text"].value() or ""
    names = {
        "plan": plan, "form": form, "problems": problems, "text": text, "ready": PLANS,
        "try_url": reverse("desk:incentive_try") + (f"?plan={plan.pk}" if plan else ""),
        **_trial(text, "", "", None),
    }  # fmt: skip
    return render(request, "desk/incentives/editor.html", names, status=status)


def _with_file(request: HttpRequest) -> Any:
    """What was typed, or the text of a file that came with it."""
    data = request.POST.copy()
    given = request.FILES.get("file")
    if given is not None and given.size and given.size <= 240_000:
        data["text"] = given.read().decode("utf-8-sig", errors="replace")
    return data


@require_POST
@runs_operations
def plan_try(request: HttpRequest) -> HttpResponse:
    """The live example beside the editor, and the dry run on last year's deals. Keeps nothing."""
    plan = None
    if (number := request.GET.get("plan", "")).isdecimal():
        plan = opened(plan_for, viewer(request), number)
    names = _trial(
        request.POST.get("text", ""),
        request.POST.get("amounts", ""),
        request.POST.get("quota", ""),
        plan if request.POST.get("dry") else None,
    )
    return render(request, "desk/incentives/_try.html", names)


def _trial(text: str, amounts: str, quota: str, plan: CommissionPlan | None) -> dict[str, Any]:
    names: dict[str, Any] = {
        "trial": [],
        "wrong": [],
        "gains": None,
        "shown_amounts": [],
        "shown_quota": "",
        "amounts": amounts,
        "quota": quota,
    }
    try:
        document = read_text(text.replace("\r\n", "\n"))
        whole = Decimal(1_000_000 if document.rounding.minor_units == 0 else 100)
        asked = [
            one
            for one in (typed_amount(part, "amounts") for part in amounts.split(";")[:EXAMPLES])
            if one is not None
        ]
        asked = asked or [40 * whole, 60 * whole, 80 * whole]
        aim = typed_amount(quota, "quota") or 100 * whole
        result = tried(document, asked, aim, today())
        names |= {
            "currency": document.currency, "said": plan_in_words(document), "shown_quota": aim,
            "trial": [(one, line_in_words(one.kind, one.inputs, one.pieces, document.currency)) for one in result.lines],
            "payout": total(result.lines), "shown_amounts": asked,
        }  # fmt: skip
        if plan is not None:
            last = plan.versions.first()
            assert last is not None
            names["gains"] = dry_run(plan, last.document, document, today())
    except CannotPay as refusal:
        names["wrong"] = refusal.problems
    except (Refused, ArithmeticError, *REFUSALS) as refusal:
        names["wrong"] = [str(refusal)]
    return names


@require_GET
@runs_operations
def version_text(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """The text of a version as it was written, as a YAML file."""
    one: CommissionPlan = opened(plan_for, viewer(request), plan_id)
    version = one.versions.filter(number=number).first()
    if version is None:
        raise Http404
    return attached(version.text, f"{one.key}-v{number}.yaml", "application/yaml; charset=utf-8")


class CloneForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    key = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        help_text=gettext_lazy("As the text calls it: letters, digits, -"),
    )
    from_date = forms.DateField(
        label=gettext_lazy("Holds from"), widget=forms.DateInput(attrs={"type": "date"})
    )


@require_http_methods(BOTH)
@runs_operations
def plan_clone(request: HttpRequest, plan_id: int) -> HttpResponse:
    one: CommissionPlan = opened(plan_for, viewer(request), plan_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        made = clone_plan(plan=one, by=viewer(request), at=timezone.now(), **values)
        return done(
            request,
            reverse("desk:incentive_plan", args=[made.pk]),
            _("%(name)s is there.") % {"name": made.title},
        )

    first = around(today(), one.length).until
    return form_dialog(
        request, form=CloneForm(request.POST or None, initial={"from_date": first}), act=act, label=_("Clone"),
        title=_("Clone %(name)s") % {"name": one.title}, wide=("title",),
        back=reverse("desk:incentive_plan", args=[one.pk]),
    )  # fmt: skip


@require_POST
@runs_operations
def plan_retire(request: HttpRequest, plan_id: int) -> HttpResponse:
    one: CommissionPlan = opened(plan_for, viewer(request), plan_id)
    try:
        retire_plan(plan=one, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, reverse("desk:incentive_plan", args=[one.pk]), refusal)
    return done(
        request, reverse("desk:incentive_plans"), _("%(name)s is not offered any more.") % {"name": one.title}
    )


class PersonForm(forms.Form):
    user = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none())
    from_date = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until_date = forms.DateField(
        label=gettext_lazy("Until before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reports_to = forms.ModelChoiceField(
        label=gettext_lazy("Reports to"), queryset=User.objects.none(), required=False,
        help_text=gettext_lazy("Without it who leads the team: an override goes to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, columns: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("name")
        for name in ("user", "reports_to"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        for name, kind in columns.items():
            made = forms.BooleanField if kind == "yes_no" else forms.CharField
            self.fields[f"column_{name}"] = made(label=name, required=False)


@require_http_methods(BOTH)
@runs_operations
def person_new(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Put somebody on a plan."""
    one: CommissionPlan = opened(plan_for, viewer(request), plan_id)
    last = one.versions.first()
    assert last is not None
    columns = dict(last.document.person_fields)
    form = PersonForm(
        request.POST or None, initial={"from_date": around(today(), one.length).first}, columns=columns
    )

    def act(values: dict[str, Any]) -> str:
        given = {name: values.pop(f"column_{name}") for name in columns}
        made = put_on_plan(plan=one, values=given, by=viewer(request), at=timezone.now(), **values)
        return _("%(name)s is on %(title)s.") % {"name": made.user.name, "title": one.title}

    return form_dialog(
        request, form=form, title=_("Put somebody on %(title)s") % {"title": one.title}, label=_("Put on"), act=act,
        back=reverse("desk:incentive_plan", args=[one.pk]), wide=("user", "reports_to"),
    )  # fmt: skip


class EndForm(forms.Form):
    until_date = forms.DateField(
        label=gettext_lazy("Until before"), widget=forms.DateInput(attrs={"type": "date"})
    )


@require_http_methods(BOTH)
@runs_operations
def person_end(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take somebody off a plan."""
    one: Assignment = opened(assignment_for, viewer(request), assignment_id)

    def act(values: dict[str, Any]) -> str:
        end_assignment(assignment=one, by=viewer(request), at=timezone.now(), **values)
        return _("Saved.")

    return form_dialog(
        request, form=EndForm(request.POST or None, initial={"until_date": around(today(), one.plan.length).until}),
        title=_("Take %(name)s off the plan") % {"name": one.user.name}, label=_("End"), tone="bad", act=act,
        back=reverse("desk:incentive_plan", args=[one.plan_id]),
    )  # fmt: skip


class RuleForm(forms.Form):
    managers_see_pay = forms.BooleanField(
        label=gettext_lazy("Managers see the pay of the people beneath them"), required=False
    )
    review_days = forms.IntegerField(label=gettext_lazy("Days of a review"), min_value=1, max_value=60)
    answer_days = forms.IntegerField(
        label=gettext_lazy("Days to answer a dispute"), min_value=1, max_value=60
    )


@require_http_methods(BOTH)
@runs_operations
def rule(request: HttpRequest) -> HttpResponse:
    """Who sees pay, and how long reviews and answers take."""
    known = pay_rule()
    initial = {name: getattr(known, name) for name in ("managers_see_pay", "review_days", "answer_days")}

    def act(values: dict[str, Any]) -> str:
        set_pay_rule(by=viewer(request), at=timezone.now(), **values)
        return _("Saved.")

    return form_dialog(
        request, form=RuleForm(request.POST or None, initial=initial), title=_("Rules of pay"), label=_("Save"), act=act,
        back=reverse("desk:incentive_plans"), wide=("managers_see_pay",),
    )  # fmt: skip
