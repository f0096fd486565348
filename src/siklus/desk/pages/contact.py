"""The page of a person: how to reach them, where they worked, what they take part in."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.desk.merge.lineage import follows, merged_names
from siklus.desk.pages.answers import form_dialog, link, opened, viewer, works_deals
from siklus.desk.pages.own import Property, own_properties, web_address
from siklus.desk.pages.stream import Place, stream
from siklus.platform.i18n import formats
from siklus.platform.web.jinja import render
from siklus.records.companies.queries import company_for
from siklus.records.contacts.actions import CannotChangeContact, edit_contact, take_position
from siklus.records.contacts.models import Channel, Contact, PointKind
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.models import DealContact, Status
from siklus.records.deals.queries import deals_for
from siklus.records.fields.actions import definitions
from siklus.records.tags.actions import tags_of

LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}


def _local(contact: Contact) -> str:
    """The time zone, and what the clock shows there."""
    if not contact.time_zone:
        return ""
    there = timezone.now().astimezone(ZoneInfo(contact.time_zone))
    return f"{contact.time_zone.replace('_', ' ')}, {formats.time_of_day(there.time())}"


def summary(
    contact: Contact, can_change: bool, own: list[Property], tags: list[str]
) -> tuple[list[Property], list[Property]]:
    """The properties that say something, and those still empty."""

    def edit(name: str) -> str:
        return link("desk:contact_edit", contact.pk, name) if can_change else ""

    company = link("desk:company", contact.company_id) if contact.company_id else ""
    prefers = str(Channel(contact.preferred_channel).label) if contact.preferred_channel else ""
    rows = [
        Property(_("Job title"), contact.title, edit("title")),
        Property(_("Company"), contact.company.name if contact.company else "", href=company),
        Property(_("Owner"), contact.owner.name if contact.owner else "", edit("owner"), face=True,
                 empty=_("nobody yet")),
        Property(_("Prefers"), prefers, edit("preferred_channel")),
        Property(_("City"), contact.city, edit("city")),
        Property(_("Language"), LANGUAGES.get(contact.language, contact.language), edit("language")),
        Property(_("Time zone"), _local(contact), edit("time_zone")),
        Property(_("Best hours"), contact.best_hours.replace("-", "–"), edit("best_hours")),
        Property(_("LinkedIn"), contact.linkedin, edit("linkedin"), href=web_address(contact.linkedin)),
        Property(_("Notes"), contact.notes, edit("notes"), stacked=bool(contact.notes)),
        *own,
        Property(_("Name"), contact.name, edit("name")),
        Property(_("Tags"), ", ".join(tags), edit("tags")),
        Property(_("Created"), formats.day(contact.created_at), title=formats.moment(contact.created_at)),
    ]  # fmt: skip
    filled = [row for row in rows if row.value or row.label == _("Owner")]
    return filled, [row for row in rows if row not in filled]


@require_GET
@follows("contact")
def contact_page(request: HttpRequest, contact_id: int) -> HttpResponse:
    user = viewer(request)
    contact: Contact = opened(contact_for, user, contact_id)
    can_change = user.can_work_deals
    fields = definitions("contact")
    own = own_properties(contact, fields, "desk:contact_edit" if can_change else "")
    tags = tags_of("contact", contact.pk)
    filled, unfilled = summary(contact, can_change, own, [tag.name for tag in tags])
    parts = {
        row.deal_id: str(row.get_part_display())
        for row in DealContact.objects.filter(contact=contact).only("deal_id", "part")
    }
    deals = list(
        (deals_for(user).filter(contact=contact) | deals_for(user).filter(pk__in=list(parts)))
        .select_related("stage").order_by("-id")[:12]
    )  # fmt: skip
    deals.sort(key=lambda one: (one.status != Status.OPEN, -one.pk))
    context = {
        **stream(
            request, Place("contact", contact), own={field.key: field.label for field in fields},
            people={contact.pk: contact.name},
        ),
        **merged_names("contact", contact, user),
        "contact": contact,
        "filled": filled,
        "unfilled": unfilled,
        "tags": tags,
        "points": list(contact.points.all()),
        "positions": list(contact.positions.select_related("company")),
        "deals": deals,
        "deal_parts": parts,
    }  # fmt: skip
    return render(request, "desk/pages/contact.html", context)


class PointsForm(forms.Form):
    """E-mails and phones, one a line, the preferred one first."""

    emails = forms.CharField(
        label=gettext_lazy("E-mails"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line. The first one is used."),
    )  # fmt: skip
    phones = forms.CharField(
        label=gettext_lazy("Phones"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, as 0812… or +62…. The first one is called."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@works_deals
def contact_points(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Change how to reach a person."""
    user = viewer(request)
    contact: Contact = opened(contact_for, user, contact_id)
    points = list(contact.points.all())

    def lines(kind: str) -> str:
        return "\n".join(point.value for point in points if point.kind == kind)

    form = PointsForm(
        request.POST or None,
        initial={
            "emails": lines(PointKind.EMAIL), "phones": lines(PointKind.PHONE), "version": contact.version
        },
    )  # fmt: skip

    def act(values: dict[str, Any]) -> str:
        edit_contact(
            contact=contact, by=user, at=timezone.now(), expected_version=values["version"],
            emails=values["emails"].splitlines(), phones=values["phones"].splitlines(),
        )  # fmt: skip
        return _("%(name)s can be reached anew.") % {"name": contact.name}

    return form_dialog(
        request, form=form, title=_("How to reach %(name)s") % {"name": contact.name}, label=_("Save"),
        act=act, back=Place("contact", contact).page,
    )  # fmt: skip


class PositionForm(forms.Form):
    """Where a person works from now on."""

    company = forms.IntegerField(label=gettext_lazy("Company"), required=False)
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=160, required=False)


@require_http_methods(["GET", "POST"])
@works_deals
def contact_position(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The person works somewhere else now, or does something else there."""
    user = viewer(request)
    contact: Contact = opened(contact_for, user, contact_id)
    form = PositionForm(request.POST or None, initial={"title": contact.title})

    def act(values: dict[str, Any]) -> str:
        if not values["company"]:
            raise CannotChangeContact(_("Choose the company."), field="company")
        company = opened(company_for, user, values["company"])
        take_position(
            contact=contact, company=company, by=user, at=timezone.now(), title=values["title"].strip()
        )
        return _("%(name)s works at %(company)s now.") % {"name": contact.name, "company": company.name}

    return form_dialog(
        request, form=form, title=_("Where %(name)s works now") % {"name": contact.name}, label=_("Save"),
        act=act, back=Place("contact", contact).page, template="desk/pages/_position.html",
        names={"contact": contact},
    )  # fmt: skip
