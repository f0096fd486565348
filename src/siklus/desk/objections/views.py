"""Objections on the page of a deal: raise, answer, settle."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.objections.actions import (
    answer_objection,
    leave_standing,
    raise_objection,
    reopen_objection,
    resolve_objection,
)
from siklus.cycle.objections.models import Objection
from siklus.cycle.objections.queries import objection_for, response_for, type_for, types_in_use
from siklus.desk.pages.answers import (
    REFUSALS,
    done,
    form_dialog,
    opened,
    refused,
    viewer,
    works_deals,
)
from siklus.insight.objections import responses_ranked, type_that_sounds_like
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activity_for
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for
from siklus.records.fields.record import Refused

BOTH = ["GET", "POST"]


class RaiseForm(forms.Form):
    """What the buyer said, and what it is about."""

    type = forms.CharField(required=False)
    words = forms.CharField(label=gettext_lazy("What did the buyer say?"), max_length=2000)
    activity = forms.CharField(required=False)
    response = forms.CharField(required=False)


class AnswerForm(forms.Form):
    """A response of the catalogue, or words of one's own."""

    response = forms.CharField(required=False)
    words = forms.CharField(required=False, max_length=2000)
    version = forms.CharField(required=False)


def page_of(deal_id: int) -> str:
    return reverse("desk:deal", args=[deal_id])


def recent_activities(deal: Deal) -> list[tuple[int, str]]:
    """The last things that were done on a deal: where the buyer may have said it."""
    rows = Activity.objects.filter(deal=deal, done_at__isnull=False).order_by("-done_at", "-id")[:8]
    return [(one.pk, f"{one.get_kind_display()}: {one.subject}") for one in rows]


@require_http_methods(BOTH)
@works_deals
def objection_new(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Raise an objection: type, the buyer's words, Enter. With a response it is answered at once."""
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    form = RaiseForm(request.POST or None, initial={"activity": request.GET.get("activity", "")})

    def act(values: dict[str, Any]) -> str:
        now = timezone.now()
        activity = opened(activity_for, user, values["activity"]) if values["activity"] else None
        type_id = values["type"] or type_that_sounds_like(user, values["words"])
        with transaction.atomic():
            objection = raise_objection(
                deal=deal, type=_named(type_for, user, type_id, "type"), words=values["words"],
                activity=activity, by=user, at=now,
            )  # fmt: skip
            if response := _named(response_for, user, values["response"], "response"):
                answer_objection(objection=objection, response=response, by=user, at=now)
                return _("The objection is raised and answered.")
        return _("The objection is raised. Answer it as soon as you can.")

    chosen = form["type"].value() or ""
    names = {
        "deal": deal,
        "types": [(one.pk, one.name) for one in types_in_use()],
        "activities": recent_activities(deal),
        **_suggestions(user, chosen, form["words"].value() or "", form["response"].value() or ""),
    }
    return form_dialog(
        request, form=form, title=_("What holds them back?"), label=_("Save"), act=act,
        back=page_of(deal.pk), template="desk/objections/_new.html", names=names,
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def objection_answer(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Choose a response by what worked, or write what was answered."""
    user = viewer(request)
    objection: Objection = opened(objection_for, user, objection_id)
    form = AnswerForm(request.POST or None, initial={"version": objection.version})

    def act(values: dict[str, Any]) -> str:
        answer_objection(
            objection=objection, response=_named(response_for, user, values["response"], "response"),
            words=values["words"], by=user, at=timezone.now(), expected_version=_number(values["version"]),
        )  # fmt: skip
        return _("Answered. Ask them whether it is settled.")

    names = {
        "objection": objection,
        **_suggestions(
            user, objection.type_id, form["words"].value() or objection.words, form["response"].value() or ""
        ),
    }
    return form_dialog(
        request, form=form, title=_("Answer the objection"), label=_("Save the answer"), act=act,
        back=page_of(objection.deal_id), template="desk/objections/_answer.html", names=names,
    )  # fmt: skip


@require_GET
@works_deals
def objection_suggest(request: HttpRequest) -> HttpResponse:
    """While somebody types: what these words are about, and what answered such words before."""
    asked = request.GET
    names = _suggestions(
        viewer(request), asked.get("type", ""), asked.get("words", ""), asked.get("response", "")
    )
    return render(request, "desk/objections/_responses.html", names)


@require_POST
@works_deals
def objection_resolve(request: HttpRequest, objection_id: int) -> HttpResponse:
    return _settle(request, objection_id, resolve_objection, _("The objection is resolved."))


@require_POST
@works_deals
def objection_stands(request: HttpRequest, objection_id: int) -> HttpResponse:
    return _settle(
        request, objection_id, leave_standing, _("The objection stands. The deal goes on with it.")
    )


@require_POST
@works_deals
def objection_reopen(request: HttpRequest, objection_id: int) -> HttpResponse:
    return _settle(request, objection_id, reopen_objection, _("The objection is open again."))


def _settle(
    request: HttpRequest, objection_id: int, verb: Callable[..., Objection], text: str
) -> HttpResponse:
    user, now = viewer(request), timezone.now()
    objection: Objection = opened(objection_for, user, objection_id)
    back = page_of(objection.deal_id)
    try:
        verb(objection=objection, by=user, at=now, expected_version=_number(request.POST.get("version", "")))
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, text)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _named(door: Callable[[User, int], Any], user: User, given: Any, field: str) -> Any:
    """What a form names, or nothing. Raises Refused for what is not there."""
    if not given:
        return None
    number = _number(str(given))
    try:
        if number is None:
            raise Refused(_("Choose one of the list."), field=field)
        return door(user, number)
    except ObjectDoesNotExist as error:
        raise Refused(_("Choose one of the list."), field=field) from error


def _suggestions(user: User, type_id: Any, words: str, response: Any) -> dict[str, Any]:
    """The names that `_responses.html` needs."""
    chosen = _number(str(type_id))
    guessed = type_that_sounds_like(user, words[:2000]) if chosen is None and words.strip() else None
    about = chosen or guessed
    rows = responses_ranked(user, about, words=words[:2000]) if about else []
    return {
        "guessed": next((one for one in types_in_use() if one.pk == guessed), None) if guessed else None,
        "responses": rows,
        "picked": str(response),
        "step_names": {
            "listen": _("Listen"), "mirror": _("Mirror"), "answer": _("Answer"), "confirm": _("Confirm"),
        },
    }  # fmt: skip
