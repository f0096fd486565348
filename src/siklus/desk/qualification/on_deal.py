"""Qualification on the page of a deal: what is known by which evidence, and how far it is."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.cycle.qualification.actions import answer_criterion, withdraw_answer
from siklus.cycle.qualification.gates import missing_in
from siklus.cycle.qualification.models import Criterion, Verdict
from siklus.cycle.qualification.queries import criterion_for, state_of
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.platform.i18n.formats import day
from siklus.platform.web.jinja import render
from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for

UNKNOWN = ""
SHOWN = 40  # activities to choose the evidence from


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("How far is it met?"), required=False, widget=forms.RadioSelect,
        choices=[
            (Verdict.YES, Verdict.YES.label), (Verdict.PARTLY, Verdict.PARTLY.label), (Verdict.NO, Verdict.NO.label),
            (UNKNOWN, gettext_lazy("Not known")),
        ],
    )  # fmt: skip
    said = forms.CharField(
        label=gettext_lazy("What they said"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )  # fmt: skip
    evidence = forms.TypedChoiceField(
        label=gettext_lazy("Which activity shows it"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, activities: list[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [
            (one.pk, f"{day(one.done_at)} · {one.get_kind_display()}: {one.subject}"[:110])
            for one in activities
        ]
        self.fields["evidence"].choices = [("", _("None")), *rows]  # type: ignore[attr-defined]


@require_GET
def panel(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The panel beside the deal, which the page asks for after it has come."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    state = state_of(deal)
    names = {
        "deal": deal, "state": state, "missing": missing_in(state) if state and not state.is_enough else "",
        "can_change": user.can_work_deals, "can_set": user.can_run_operations,
    }  # fmt: skip
    return render(request, "desk/qualification/_panel.html", names)


@require_http_methods(["GET", "POST"])
@works_deals
def answer(request: HttpRequest, deal_id: int, criterion_id: int) -> HttpResponse:
    """One criterion: how far it is met, in the buyer's words, and what shows it."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    criterion: Criterion = opened(criterion_for, user, criterion_id)
    state = state_of(deal)
    row = next((one for one in state.rows if one.criterion.pk == criterion.pk), None) if state else None
    known = row.answer if row else None
    done = Activity.objects.filter(deal=deal, done_at__isnull=False).order_by("-done_at", "-pk")
    activities = list(done[:SHOWN])
    if known and known.evidence and known.evidence not in activities:
        activities.append(known.evidence)
    initial = {
        "verdict": known.verdict if known else "", "said": known.said if known else "",
        "evidence": known.evidence_id if known else None,
    }  # fmt: skip

    def act(values: dict[str, Any]) -> str:
        now = timezone.now()
        if values["verdict"] == UNKNOWN:
            withdraw_answer(deal=deal, criterion=criterion, by=user, at=now)
            return _("%(name)s: not known.") % {"name": criterion.label}
        evidence = next((one for one in activities if one.pk == values["evidence"]), None)
        answer_criterion(
            deal=deal, criterion=criterion, verdict=int(values["verdict"]), said=values["said"], evidence=evidence,
            by=user, at=now,
        )  # fmt: skip
        return _("%(name)s is noted.") % {"name": criterion.label}

    return form_dialog(
        request, form=AnswerForm(request.POST or None, initial=initial, activities=activities), title=criterion.label,
        label=_("Save"), act=act, text=criterion.ask, wide=("verdict", "said", "evidence"),
        back=reverse("desk:deal", args=[deal.pk]), template="desk/qualification/_answer.html",
        names={"before": row.before if row else []},
    )  # fmt: skip
