"""Writing an e-mail: the dialog, the words of a template, and how it will look and whether it may leave."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.closing.models import Quote
from siklus.cycle.closing.queries import quote_for
from siklus.cycle.outreach.actions import Letter, write_email
from siklus.cycle.outreach.gates import verdict, zone_of
from siklus.cycle.outreach.liquid import CannotRender, render
from siklus.cycle.outreach.models import Message, Purpose
from siklus.cycle.outreach.queries import (
    language_of,
    message_for,
    person_for,
    template_for,
    templates_in_use,
    writes_from,
)
from siklus.cycle.outreach.words import words_for
from siklus.desk.outreach.quote_words import quote_words
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.mail.queries import mailbox_for
from siklus.platform.web.jinja import render as page
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for, deals_for

LANGUAGES = (("en", "English"), ("id", "Bahasa Indonesia"))


class LetterForm(forms.Form):
    """What is written."""

    mailbox = forms.IntegerField(
        label=gettext_lazy("From mailbox"), error_messages={"required": gettext_lazy("Choose a mailbox.")}
    )
    address = forms.CharField(label=gettext_lazy("To whom"), max_length=254, required=False)
    template = forms.CharField(label=gettext_lazy("Begin with"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=250, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=50_000, required=False)
    at_once = forms.BooleanField(label=gettext_lazy("Send at once, whatever the hour"), required=False)


class About:
    """Whom a mail is for: the person, the deal, the mail that it answers. Each through its door."""

    def __init__(self, request: HttpRequest) -> None:
        self.user: User = viewer(request)
        given = request.GET
        self.answers: Message | None = None
        self.deal: Deal | None = None
        contact_id: Any = given.get("contact")
        if given.get("answers"):
            self.answers = opened(message_for, self.user, given["answers"])
            thread = self.answers.thread
            contact_id = contact_id or self.answers.contact_id or thread.contact_id
            if thread.deal_id:  # the conversation may be one's own although the deal is not
                self.deal = deals_for(self.user).filter(pk=thread.deal_id).first()
        if given.get("deal"):
            self.deal = opened(deal_for, self.user, given["deal"])
            contact_id = contact_id or self.deal.contact_id
        if not contact_id:
            raise Http404

        self.quote: Quote | None = None
        if given.get("quote"):
            self.quote = opened(quote_for, self.user, given["quote"])

        def door(user: User, pk: int) -> Contact:
            return person_for(user, pk, deal=self.deal, answers=self.answers)

        self.contact: Contact = opened(door, self.user, contact_id)

    @property
    def query(self) -> str:
        parts = [f"contact={self.contact.pk}"]
        if self.deal:
            parts.append(f"deal={self.deal.pk}")
        if self.answers:
            parts.append(f"answers={self.answers.pk}")
        if self.quote:
            parts.append(f"quote={self.quote.pk}")
        return "?" + "&".join(parts)

    @property
    def back(self) -> str:
        if self.quote:
            return reverse("desk:quote", args=[self.quote.pk])
        if self.answers:
            return reverse("desk:thread", args=[self.answers.thread_id])
        if self.deal:  # also when the person's own page is not for this viewer
            return reverse("desk:deal", args=[self.deal.pk])
        return reverse("desk:contact", args=[self.contact.pk])

    @property
    def language(self) -> str:
        return language_of(self.contact, current().language)

    @property
    def is_answer(self) -> bool:
        return self.answers is not None and not self.answers.is_ours

    def subject(self) -> str:
        """An answer keeps the subject of what it answers."""
        before = self.answers.thread.subject if self.answers else ""
        return before if not before or before.lower().startswith("re:") else f"Re: {before}"


@require_http_methods(["GET", "POST"])
@works_deals
def mail_new(request: HttpRequest) -> HttpResponse:
    about = About(request)
    boxes = writes_from(about.user)
    first = {
        "mailbox": boxes[0].pk if boxes else None, "address": about.contact.email, "language": about.language,
        "subject": about.subject(),
    }  # fmt: skip
    if about.quote:
        first |= quote_words(request, about.quote, about.contact, about.language)
    if about.answers:
        first["mailbox"] = next(
            (box.pk for box in boxes if box.pk == about.answers.thread.mailbox_id), first["mailbox"]
        )
    form = LetterForm(request.POST or None, initial=first)

    def act(values: dict[str, Any]) -> str:
        letter = Letter(
            values["subject"], values["text"], address=values["address"], at_once=values["at_once"]
        )
        message = write_email(
            letter=letter, mailbox=opened(mailbox_for, about.user, values["mailbox"]), contact=about.contact,
            deal=about.deal, answers=about.answers, by=about.user, at=timezone.now(),
        )  # fmt: skip
        assert message.outgoing is not None
        if message.outgoing.due_at > message.at:
            return _("It leaves %(when)s.") % {"when": formats.moment(message.outgoing.due_at)}
        return _("On its way to %(name)s.") % {"name": about.contact.name}

    title = _("E-mail to %(name)s") % {"name": about.contact.name}
    return form_dialog(
        request, form=form, title=title, label=_("Send"), act=act, back=about.back,
        template="desk/outreach/_compose.html",
        names={
            "about": about, "boxes": [(box.pk, box.shown) for box in boxes],
            "addresses": [(one.value, one.value) for one in about.contact.points.all() if one.kind == "email"],
            "templates": [(one.pk, one.name) for one in templates_in_use("email")], "letter_languages": LANGUAGES,
        },
    )  # fmt: skip


@require_GET
@works_deals
def mail_words(request: HttpRequest) -> HttpResponse:
    """Subject and text of a template, filled in for this person."""
    about = About(request)
    language = request.GET.get("language") or about.language
    names: dict[str, Any] = {
        "subject": about.subject(),
        "text": "",
        "error": "",
        "subject_errors": [],
        "text_errors": [],
    }
    if request.GET.get("template"):
        template = opened(template_for, about.user, request.GET["template"])
        words = words_for(contact=about.contact, deal=about.deal, writer=about.user)
        try:
            names["text"] = render(template.said("text", language), words)
            names["subject"] = about.subject() or render(template.said("subject", language), words)
        except CannotRender as refusal:
            names["error"] = refusal.message
    answer = page(request, "desk/outreach/_words.html", names)
    answer["HX-Trigger-After-Settle"] = "letter-filled"  # so that the preview looks again
    return answer


@require_POST
@works_deals
def mail_preview(request: HttpRequest) -> HttpResponse:
    """How it will look, and what the gate says. Nothing is stored."""
    about = About(request)
    now = timezone.now()
    box = next((one for one in writes_from(about.user) if str(one.pk) == request.POST.get("mailbox")), None)
    address = request.POST.get("address") or about.contact.email
    said = verdict(
        contact=about.contact, address=address, purpose=Purpose.PERSONAL, at=now, is_answer=about.is_answer,
        at_once=bool(request.POST.get("at_once")),
    )  # fmt: skip
    names = {
        "box": box, "address": address, "about": about, "said": said,
        "subject": request.POST.get("subject", ""), "text": request.POST.get("text", "").strip(),
        "there": formats.time_of_day(now.astimezone(zone_of(about.contact)).time()),
    }  # fmt: skip
    return page(request, "desk/outreach/_preview.html", names)
