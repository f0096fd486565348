"""What comes by a web form: kept word by word, and made a lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.prospecting.facts import FormConfirmed, FormSubmitted
from siklus.cycle.prospecting.models import Submission, SubmissionState, WebForm
from siklus.cycle.prospecting.web.fields import Asked, askable, read_answer
from siklus.cycle.prospecting.web.guard import MAILS_A_DAY, PER_ADDRESS, WINDOW
from siklus.platform.i18n.keys import domain_key, name_key
from siklus.platform.journal.record import record
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.companies.queries import same_company
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import same_contacts
from siklus.records.deals.actions import create_deal
from siklus.records.deals.actions.create import first_stage
from siklus.records.deals.models import Stage
from siklus.records.deals.queries import stages_of
from siklus.records.fields.record import Refused

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


class CannotSubmit(Refused):
    """The form cannot be sent so. `errors` has a sentence for each field that is wrong."""

    def __init__(self, message: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors = dict(errors or {})


class TooMany(CannotSubmit):
    """This address sent too many in an hour."""


@dataclass(frozen=True, slots=True)
class Visit:
    """From where somebody sends: their address, the page that led them, the marks of the campaign."""

    address: str | None = None
    referrer: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"


@transaction.atomic
def submit_form(
    *, form: WebForm, given: Mapping[str, list[str]], consented: bool, mark: str, visit: Visit, at: datetime
) -> Submission:
    """Keep what was sent and make a lead of it, or let it wait until its sender confirms by mail. Both or nothing.

    `mark` is good for one submission: sent twice, the first one is given back. Raises CannotSubmit, TooMany.
    """
    form = WebForm.objects.select_for_update(of=("self",)).get(
        pk=form.pk
    )  # one by one: no company comes twice
    if (known := Submission.objects.filter(mark=mark, form=form).first()) is not None:
        return known
    if not form.is_open:
        raise CannotSubmit(_("This form is closed."))
    recent = Submission.objects.filter(form=form, address=visit.address, at__gt=at - WINDOW)
    if visit.address and recent.count() >= PER_ADDRESS:
        raise TooMany(_("Too much came from your address within an hour. Please try again later."))
    consent = form.said("consent")
    answers, errors = read_answers(form, given)
    if consent and not consented:
        errors["consent"] = _("Without your consent we may not write to you.")
    if errors:
        raise CannotSubmit(
            _("Something is missing or cannot be read. Nothing that you wrote is lost."), errors
        )
    if form.confirms_by_mail:
        _refuse_flood(form, answers, at)
    submission = Submission(
        form=form, mark=mark, answers=answers, language=visit.language, address=visit.address,
        referrer=visit.referrer[:500], utm={key: visit.utm[key][:200] for key in UTM if visit.utm.get(key)},
        state=SubmissionState.WAITING if form.confirms_by_mail else SubmissionState.ACCEPTED, at=at,
    )  # fmt: skip
    if consent:
        submission.consent_text, submission.consent_version, submission.consented_at = (
            consent,
            form.consent_version,
            at,
        )
    if not form.confirms_by_mail:
        _make_lead(submission, at)
    submission.save()
    told = FormSubmitted(
        submission=submission.pk, form=form.pk, title=form.name, state=submission.state, source=_source(submission),
        campaign=_campaign(submission), deal=submission.deal_id,
    )  # fmt: skip
    record(told, by=None, at=at, mentions=_mentions(submission))
    return submission


@transaction.atomic
def confirm_submission(*, submission: Submission, address: str | None, at: datetime) -> Submission:
    """The sender confirmed by mail: now it becomes a lead. Again, nothing happens."""
    submission = (
        Submission.objects.select_for_update(of=("self",)).select_related("form").get(pk=submission.pk)
    )
    if submission.state != SubmissionState.WAITING:
        return submission
    WebForm.objects.select_for_update(of=("self",)).get(pk=submission.form_id)
    submission.state, submission.confirmed_at, submission.confirmed_address = (
        SubmissionState.ACCEPTED,
        at,
        address,
    )
    _make_lead(submission, at)
    submission.save()
    assert submission.deal_id is not None
    told = FormConfirmed(
        submission=submission.pk, form=submission.form_id, title=submission.form.name, deal=submission.deal_id
    )
    record(told, by=None, at=at, mentions=_mentions(submission))
    return submission


@transaction.atomic
def keep_spam(
    *, form: WebForm, given: Mapping[str, list[str]], mark: str, visit: Visit, at: datetime
) -> None:
    """A machine filled in what people do not see: kept for a look, and nothing comes of it."""
    recent = Submission.objects.filter(form=form, address=visit.address, at__gt=at - WINDOW)
    if recent.count() >= PER_ADDRESS or Submission.objects.filter(mark=mark).exists():
        return
    asked = {one["key"] for one in form.fields}
    answers = {
        key: "; ".join(texts)[:500].replace("\x00", "") for key, texts in given.items() if key in asked
    }
    Submission.objects.create(
        form=form, mark=mark, answers=answers, language=visit.language, address=visit.address,
        referrer=visit.referrer[:500], state=SubmissionState.SPAM, at=at,
    )  # fmt: skip


def _refuse_flood(form: WebForm, answers: Mapping[str, Any], at: datetime) -> None:
    """Nobody gets more than a few mails because strangers type their address."""
    lately = Submission.objects.filter(
        form=form, state=SubmissionState.WAITING, at__gt=at - timedelta(days=1)
    )
    if lately.filter(**{"answers__contact.email": answers["contact.email"]}).count() >= MAILS_A_DAY:
        raise TooMany(_("We have written to this address already. Please look into your mail."))


def read_answers(form: WebForm, given: Mapping[str, list[str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers as they are stored, and a sentence for each that is wrong."""
    known = askable()
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in form.fields:
        asked = known.get(one["key"])
        if asked is None:  # retired since: nobody is asked any more
            continue
        try:
            value = read_answer(asked, given.get(asked.key, []))
        except Refused as refusal:
            errors[asked.key] = refusal.message
            continue
        if value is None and one["required"]:
            errors[asked.key] = _("Please fill this in.")
        elif value is not None:
            answers[asked.key] = value
    if not errors and not answers.keys() & {"contact.email", "contact.phone"}:
        keys = [one["key"] for one in form.fields if one["key"] in {"contact.email", "contact.phone"}]
        errors[keys[0]] = _("Please leave an e-mail or a phone number, so that we can answer.")
    return answers, errors


def _make_lead(submission: Submission, at: datetime) -> None:
    """Company, contact and lead; who is known already is attached and keeps every value."""
    form, answers = submission.form, submission.answers
    known = askable(with_retired=True)
    company = _company(form, answers, known, at)
    contact = _contact(form, answers, known, company, at)
    company = company or contact.company
    amount = answers.get("lead.amount")
    deal = create_deal(
        name=company.name if company else contact.name, stage=_stage(form), owner=_owner(form), company=company,
        contact=contact, amount=Decimal(amount) if amount is not None else None, source=_source(submission),
        description=answers.get("lead.description", ""), custom=_own("lead", answers, known), by=None, at=at,
    )  # fmt: skip
    submission.company, submission.contact, submission.deal = company, contact, deal


def _company(
    form: WebForm, answers: Mapping[str, Any], known: Mapping[str, Asked], at: datetime
) -> Company | None:
    name, website = answers.get("company.name", ""), answers.get("company.website", "")
    domain = domain_key(website) if website else domain_key(answers.get("contact.email", ""))
    found = same_company(name_key=name_key(name) if name else None, domain=domain)
    if found is not None or not name:
        return found
    values = {
        key: answers[f"company.{key}"]
        for key in ("industry", "employees", "city")
        if f"company.{key}" in answers
    }
    return add_company(
        name=name,
        website=website,
        owner=_owner(form),
        custom=_own("company", answers, known),
        by=None,
        at=at,
        **values,
    )


def _contact(
    form: WebForm,
    answers: Mapping[str, Any],
    known: Mapping[str, Asked],
    company: Company | None,
    at: datetime,
) -> Contact:
    emails = [answers["contact.email"]] if "contact.email" in answers else []
    phones = [answers["contact.phone"]] if "contact.phone" in answers else []
    if same := same_contacts(emails=emails, phones=phones):
        return same[0]
    values = {key: answers[f"contact.{key}"] for key in ("title", "city") if f"contact.{key}" in answers}
    return add_contact(
        name=answers.get("contact.name") or (emails or phones)[0], company=company, emails=emails, phones=phones,
        owner=_owner(form), custom=_own("contact", answers, known), by=None, at=at, **values,
    )  # fmt: skip


def _own(side: str, answers: Mapping[str, Any], known: Mapping[str, Asked]) -> dict[str, Any]:
    """Answers to own fields that are still in use, by the field's key."""
    found = {}
    for key, value in answers.items():
        asked = known.get(key)
        if asked and asked.own and asked.side == side and asked.own.retired_at is None:
            found[asked.own.key] = value
    return found


def _stage(form: WebForm) -> Stage:
    """The first stage of the form's pipeline, or of the default one when that has gone."""
    if (
        form.pipeline is not None
        and form.pipeline.retired_at is None
        and (stages := stages_of(form.pipeline))
    ):
        return stages[0]
    return first_stage()


def _owner(form: WebForm) -> Any:
    return form.owner if form.owner is not None and form.owner.is_active else None


def _source(submission: Submission) -> str:
    return submission.form.source or submission.utm.get("utm_source", "")[:120] or "website"


def _campaign(submission: Submission) -> str:
    return submission.form.campaign or submission.utm.get("utm_campaign", "")


def _mentions(submission: Submission) -> dict[str, int | None]:
    return {"deal": submission.deal_id, "company": submission.company_id, "contact": submission.contact_id}
