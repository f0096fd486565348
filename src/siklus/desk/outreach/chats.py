"""WhatsApp on screens: writing to a person, by a line of ours or in one's own app, and whose a strange number is."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.outreach.chats.actions import assign_number, write_chat
from siklus.cycle.outreach.chats.gates import chat_verdict
from siklus.cycle.outreach.chats.models import ChatMessage, ChatPurpose
from siklus.cycle.outreach.chats.queries import (
    chat_for,
    chats_for,
    numbers_of,
    unknown_for,
    window_until,
    wrote_last,
)
from siklus.cycle.outreach.gates import zone_of
from siklus.cycle.outreach.liquid import CannotRender
from siklus.cycle.outreach.liquid import render as filled
from siklus.cycle.outreach.models import Template
from siklus.cycle.outreach.queries import template_for, templates_in_use
from siklus.cycle.outreach.words import words_for
from siklus.desk.outreach.compose import LANGUAGES, About
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.platform.chat.models import Line
from siklus.platform.chat.queries import lines_for
from siklus.platform.i18n import formats
from siklus.platform.i18n.keys import phone_key
from siklus.platform.web.jinja import render
from siklus.records.activities.actions import log_activity
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deals_for

OWN = "own"
SHOWN = 60


class ChatForm(forms.Form):
    """What is written, and by which way."""

    way = forms.CharField(label=gettext_lazy("By"), required=False, initial=OWN)
    number = forms.CharField(label=gettext_lazy("To whom"), max_length=40, required=False)
    template = forms.CharField(label=gettext_lazy("Begin with"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=4096, required=False)
    at_once = forms.BooleanField(required=False)


def _line(about: About, way: Any) -> Line | None:
    """The line of a way; None for one's own app."""
    return next((one for one in lines_for(about.user) if str(one.pk) == str(way)), None)


def _template(about: About, key: Any) -> Template | None:
    return opened(template_for, about.user, key) if key else None


def look(about: About, given: Any) -> dict[str, Any]:
    """How it goes by the chosen way: the link that opens the app, or what the gate says of the line."""
    numbers = numbers_of(about.contact)
    number = given.get("number") if given.get("number") in numbers else next(iter(numbers), "")
    line, text = _line(about, given.get("way")), str(given.get("text") or "").strip()
    names: dict[str, Any] = {
        "about": about, "line": line, "number": number, "text": text, "now": timezone.now(),
        "link": f"https://wa.me/{number.lstrip('+')}" + (f"?text={quote(text)}" if text else ""),
        "label": _("Send") if line else _("I have sent it"), "at_once": bool(given.get("at_once")),
    }  # fmt: skip
    if line is None or not number:
        return names
    until, template = window_until(line, number), _template(about, given.get("template"))
    is_open = until is not None and until > names["now"]
    is_template = not is_open and template is not None
    said = chat_verdict(
        contact=about.contact, line=line, number=number, purpose=ChatPurpose.PERSONAL, at=names["now"],
        is_template=is_template, is_answer=wrote_last(line, number) is not None, at_once=names["at_once"],
    )  # fmt: skip
    is_unknown = is_template and template is not None and template.approved(_language(about, given)) is None
    return names | {
        "said": said, "window": until if is_open else None, "is_template": is_template, "is_unknown": is_unknown,
        "there": formats.time_of_day(names["now"].astimezone(zone_of(about.contact)).time()),
    }  # fmt: skip


def _language(about: About, given: Any) -> str:
    return str(given.get("language") or about.language)


@require_http_methods(["GET", "POST"])
@works_deals
def chat_new(request: HttpRequest) -> HttpResponse:
    about = About(request)
    ours = list(lines_for(about.user))
    numbers = numbers_of(about.contact)
    wished = phone_key(request.GET.get("number", ""))
    number = wished if wished in numbers else next(iter(numbers), "")
    first = {
        "way": str(ours[0].pk) if ours else OWN, "number": number, "language": about.language,
    }  # fmt: skip
    form = ChatForm(request.POST or None, initial=first)

    def act(values: dict[str, Any]) -> str:
        now, line = timezone.now(), _line(about, values["way"])
        if line is None:
            return _noted(about, values["text"])
        number = values["number"] or first["number"]
        until = window_until(line, number)
        by_template = values["template"] and not (until is not None and until > now)
        chat = write_chat(
            line=line, contact=about.contact, deal=about.deal, number=number,
            text=values["text"], template=_template(about, values["template"]) if by_template else None,
            language=_language(about, values), at_once=values["at_once"], by=about.user, at=now,
        )  # fmt: skip
        assert chat.outgoing is not None
        if chat.outgoing.due_at > chat.at:
            return _("It leaves %(when)s.") % {"when": formats.moment(chat.outgoing.due_at)}
        return _("On its way to %(name)s.") % {"name": about.contact.name}

    ways = [*((str(one.pk), str(one)) for one in ours), (OWN, _("My own WhatsApp"))]
    return form_dialog(
        request, form=form, title=_("WhatsApp to %(name)s") % {"name": about.contact.name}, label=_("Send"), act=act,
        back=about.back, template="desk/outreach/_chat.html",
        names={
            **look(about, request.POST or first), "ways": ways, "numbers": [(one, one) for one in numbers],
            "templates": [(one.pk, one.name) for one in templates_in_use("whatsapp")],
            "letter_languages": LANGUAGES,
        },
    )  # fmt: skip


def _noted(about: About, text: str) -> str:
    """They wrote in their own app and say so: it stands on the timeline."""
    company = (about.deal.company if about.deal else None) or about.contact.company
    log_activity(
        kind="message", subject="", body=text.strip(), contact=about.contact, company=company, deal=about.deal,
        owner=about.user, by=about.user, at=timezone.now(),
    )  # fmt: skip
    return _("Noted on the timeline of %(name)s.") % {"name": about.deal or about.contact}


@require_GET
@works_deals
def chat_words(request: HttpRequest) -> HttpResponse:
    """The text of a template, filled in for this person."""
    about = About(request)
    names: dict[str, Any] = {"text": "", "error": "", "text_errors": []}
    template = _template(about, request.GET.get("template"))
    if template is not None:
        words = words_for(contact=about.contact, deal=about.deal, writer=about.user)
        try:
            names["text"] = filled(template.said("text", _language(about, request.GET)), words)
        except CannotRender as refusal:
            names["error"] = refusal.message
    answer = render(request, "desk/outreach/_chat_words.html", names)
    answer["HX-Trigger-After-Settle"] = "letter-filled"  # so that the part below looks again
    return answer


@require_POST
@works_deals
def chat_look(request: HttpRequest) -> HttpResponse:
    """How it goes, as it is now. Nothing is stored."""
    about = About(request)
    return render(request, "desk/outreach/_chat_look.html", look(about, request.POST))


@require_GET
@works_deals
def chats(request: HttpRequest) -> HttpResponse:
    """What was written and what came, and the numbers that nobody knows."""
    user = viewer(request)
    known = chats_for(user).filter(contact__isnull=False)
    rows = known.select_related("outgoing", "incoming", "contact", "deal", "line").order_by("-at", "-id")
    strange: dict[str, ChatMessage] = {}
    for one in unknown_for(user)[:200]:
        strange.setdefault(one.number, one)
    found = list(rows[:SHOWN])
    ids = {one.deal_id for one in found if one.deal_id}
    names = {
        "strange": list(strange.values()), "chats": found, "has_line": lines_for(user).exists(),
        "deals": set(deals_for(user).filter(pk__in=ids).values_list("pk", flat=True)), "now": timezone.now(),
        "runs": user.can_run_operations,
    }  # fmt: skip
    return render(request, "desk/outreach/chats.html", names)


class AssignForm(forms.Form):
    contact = forms.IntegerField(
        label=gettext_lazy("Person"), error_messages={"required": gettext_lazy("Choose a person.")}
    )


@require_http_methods(["GET", "POST"])
@works_deals
def chat_assign(request: HttpRequest, chat_id: int) -> HttpResponse:
    user = viewer(request)
    chat: ChatMessage = opened(chat_for, user, chat_id)

    def act(values: dict[str, Any]) -> str:
        contact = opened(contact_for, user, values["contact"])
        assign_number(number=chat.number, contact=contact, by=user, at=timezone.now())
        return _("%(number)s belongs to %(name)s now.") % {"number": chat.number, "name": contact.name}

    return form_dialog(
        request, form=AssignForm(request.POST or None), title=_("Whose number is it?"), label=_("Save"), act=act,
        back=reverse("desk:chats"), template="desk/outreach/_chat_assign.html", names={"chat": chat},
    )  # fmt: skip
