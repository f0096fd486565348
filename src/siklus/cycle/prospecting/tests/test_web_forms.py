from datetime import timedelta

import pytest
from tests.world import World, day

from siklus.cycle.prospecting.actions import (
    CannotChangeForm,
    CannotSubmit,
    TooMany,
    Visit,
    add_form,
    confirm_submission,
    edit_form,
    keep_spam,
    retire_form,
    submit_form,
)
from siklus.cycle.prospecting.models import Submission, WebForm
from siklus.cycle.prospecting.queries import form_counts, public_form
from siklus.platform.journal.models import Entry
from siklus.records.companies.actions import add_company
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact
from siklus.records.contacts.models import Contact
from siklus.records.deals.actions import qualify_deal, win_deal
from siklus.records.deals.models import Deal
from siklus.records.fields.actions import add_field, retire_field
from siklus.records.fields.record import StaleEdit

FIELDS = [
    {"key": "contact.name", "required": True}, {"key": "contact.email", "required": True},
    {"key": "contact.phone", "required": False}, {"key": "company.name", "required": False},
    {"key": "company.employees", "required": False}, {"key": "lead.description", "required": False},
]  # fmt: skip
ANSWERS = {
    "contact.name": ["Sinta Dewi"], "contact.email": ["sinta@kopi.example"], "contact.phone": ["0812-3456-7890"],
    "company.name": ["PT Kopi Senja"], "company.employees": ["40"], "lead.description": ["Two tills,\nplease."],
}  # fmt: skip
CONSENT = {"consent": {"en": "You may write to me.", "id": "Silakan hubungi saya."}}


@pytest.fixture
def form(world: World) -> WebForm:
    return add_form(name="Demo", fields=FIELDS, owner=world.rani, campaign="Spring", by=world.agus, at=day(0))


def send(form: WebForm, given=None, *, mark="m1", consented=False, at=None, **visit) -> Submission:
    return submit_form(
        form=form,
        given=ANSWERS if given is None else given,
        consented=consented,
        mark=mark,
        visit=Visit(**visit),
        at=at or day(1),
    )


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Submission, Company, Contact, Deal, Entry))


def test_a_stranger_becomes_company_contact_and_lead(world: World, form):
    sent = send(
        form,
        utm={"utm_source": "google", "utm_campaign": "x", "other": "y"},
        referrer="https://kopi.example/",
    )
    deal = Deal.objects.get()
    assert (deal.name, deal.source, deal.owner, deal.description) == (
        "PT Kopi Senja",
        "google",
        world.rani,
        "Two tills,\nplease.",
    )
    assert deal.is_lead and deal.stage == world.stage("prospecting")
    assert (deal.company.employees, deal.contact.name, deal.contact.phone) == (
        40,
        "Sinta Dewi",
        "+6281234567890",
    )
    assert deal.contact.company == deal.company
    assert (sent.state, sent.deal, sent.utm) == (
        "accepted",
        deal,
        {"utm_source": "google", "utm_campaign": "x"},
    )
    assert sent.answers["company.employees"] == 40
    entry = Entry.objects.get(name="form.submitted")
    assert (entry.details["campaign"], entry.details["source"], entry.details["deal"]) == (
        "Spring",
        "google",
        deal.pk,
    )
    assert {(one.kind, one.object_id) for one in entry.mentions.all()} == {
        ("deal", deal.pk), ("company", deal.company_id), ("contact", deal.contact_id)
    }  # fmt: skip


def test_who_is_known_is_attached_and_keeps_every_value(world: World, form):
    company = add_company(name="Kopi Senja", employees=7, by=world.budi, owner=world.budi, at=day(0))
    contact = add_contact(
        name="S. Dewi", emails=["SINTA@kopi.example"], by=world.budi, owner=world.budi, at=day(0)
    )
    deal = send(form).deal
    assert (deal.company, deal.contact) == (company, contact)
    company.refresh_from_db()
    contact.refresh_from_db()
    assert (company.name, company.employees, company.owner, company.version) == (
        "Kopi Senja",
        7,
        world.budi,
        1,
    )
    assert (contact.name, contact.version, contact.points.count()) == ("S. Dewi", 1, 1)


def test_without_a_company_name_the_domain_of_the_mail_finds_it_or_there_is_none(world: World, form):
    known = add_company(name="Kopi", website="https://kopi.example", by=world.rani, at=day(0))
    given = {key: ANSWERS[key] for key in ("contact.name", "contact.email")}
    assert send(form, given).company == known
    other = send(form, {**given, "contact.email": ["a@gmail.com"]}, mark="m2")
    assert (other.company, other.deal.name) == (None, "Sinta Dewi")


def test_sending_twice_makes_one_lead(world: World, form):
    first = send(form)
    before = counts()
    assert send(form) == first
    assert counts() == before


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"contact.name": [" "]}, "contact.name", "Please fill this in."),
        ({"contact.email": ["sinta at kopi"]}, "contact.email", "This is not an e-mail address."),
        ({"contact.phone": ["12"]}, "contact.phone", "This is not a phone number. Write it with its area or country code."),
        ({"company.employees": ["many"]}, "company.employees", "Write a number."),
        ({"company.employees": ["4.5"]}, "company.employees", "Write a whole number."),
        ({"lead.description": ["x" * 4001]}, "lead.description", "Write at most 4000 letters."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_beside_its_field_and_leaves_nothing(
    world: World, form, change, field, sentence
):
    before = counts()
    with pytest.raises(CannotSubmit) as refusal:
        send(form, {**ANSWERS, **change})
    assert refusal.value.errors == {field: sentence}
    assert counts() == before


def test_consent_is_kept_with_its_words_version_time_and_address(world: World, form):
    form = edit_form(form=form, texts=CONSENT, by=world.agus, at=day(0))
    with pytest.raises(CannotSubmit) as refusal:
        send(form)
    assert "consent" in refusal.value.errors
    sent = send(form, consented=True, address="203.0.113.7")
    assert (sent.consent_text, sent.consent_version, sent.consented_at, sent.address) == (
        "You may write to me.", 2, day(1), "203.0.113.7"
    )  # fmt: skip
    form = edit_form(form=form, texts={"consent": {"en": "You may call me."}}, by=world.agus, at=day(2))
    assert send(form, consented=True, mark="m2").consent_version == 3
    sent.refresh_from_db()
    assert sent.consent_text == "You may write to me."


def test_confirming_by_mail_makes_the_lead_once(world: World, form):
    form = edit_form(form=form, confirms_by_mail=True, by=world.agus, at=day(0))
    sent = send(form)
    assert (sent.state, Deal.objects.count(), Contact.objects.count()) == ("waiting", 0, 0)
    sent = confirm_submission(submission=sent, address="203.0.113.9", at=day(2))
    assert (sent.state, sent.confirmed_at, sent.confirmed_address) == ("accepted", day(2), "203.0.113.9")
    assert Entry.objects.get(name="form.confirmed").details["deal"] == sent.deal_id
    before = counts()
    confirm_submission(submission=sent, address=None, at=day(3))
    assert counts() == before


def test_strangers_cannot_have_many_mails_sent_to_somebody(world: World, form):
    form = edit_form(form=form, confirms_by_mail=True, by=world.agus, at=day(0))
    for number in range(3):
        send(form, mark=f"m{number}", address=f"203.0.113.{number}")
    with pytest.raises(TooMany):
        send(form, mark="m9", address="203.0.113.99")
    assert send(form, mark="m9", at=day(2.5)).state == "waiting"


def test_an_address_sends_ten_an_hour_and_others_are_not_held_up(world: World, form):
    for number in range(10):
        send(form, mark=f"m{number}", address="203.0.113.7", at=day(1) + timedelta(minutes=number))
    before = counts()
    with pytest.raises(TooMany):
        send(form, mark="m10", address="203.0.113.7", at=day(1) + timedelta(minutes=30))
    assert counts() == before
    send(form, mark="m11", address="203.0.113.8", at=day(1) + timedelta(minutes=30))
    send(form, mark="m10", address="203.0.113.7", at=day(1) + timedelta(minutes=90))


def test_spam_is_kept_apart_and_makes_nothing(world: World, form):
    keep_spam(form=form, given=ANSWERS, mark="m1", visit=Visit(address="203.0.113.7"), at=day(1))
    assert (Submission.objects.get().state, Deal.objects.count()) == ("spam", 0)
    assert form_counts()[form.pk] == {
        "sent": 0,
        "waiting": 0,
        "spam": 1,
        "leads": 0,
        "qualified": 0,
        "won": 0,
    }


def test_conversion_is_counted_from_sent_to_won(world: World, form):
    deals = [send(form, mark=f"m{number}").deal for number in range(3)]
    qualify_deal(deal=deals[0], by=world.rani, at=day(2))
    win_deal(deal=deals[1], by=world.rani, at=day(3))
    assert form_counts()[form.pk] == {
        "sent": 3,
        "waiting": 0,
        "spam": 0,
        "leads": 3,
        "qualified": 2,
        "won": 1,
    }


def test_own_fields_of_all_three_records_are_filled_and_a_retired_one_is_not_asked(world: World, form):
    for kind, label in (("contact", "Shoe"), ("company", "Branches"), ("deal", "Seats")):
        add_field(record_kind=kind, label=label, kind="number", by=world.ada, at=day(0))
    size = add_field(
        record_kind="deal", label="Size", kind="choice", choices=["S", "L"], by=world.ada, at=day(0)
    )
    keys = ("contact.own.shoe", "company.own.branches", "lead.own.seats", "lead.own.size")
    form = edit_form(
        form=form,
        fields=[*FIELDS, *({"key": key, "required": True} for key in keys)],
        by=world.agus,
        at=day(0),
    )
    given = {**ANSWERS, keys[0]: ["42"], keys[1]: ["3"], keys[2]: ["1,200"], keys[3]: ["l"]}
    deal = send(form, given).deal
    assert (deal.contact.custom, deal.company.custom, deal.custom) == (
        {"shoe": 42},
        {"branches": 3},
        {"seats": 1200, "size": "L"},
    )
    with pytest.raises(CannotSubmit):
        send(form, {**given, keys[3]: ["XXL"]}, mark="m2")
    retire_field(field=size, by=world.ada, at=day(2))
    assert "size" not in send(form, given, mark="m3").deal.custom


def test_a_closed_or_retired_form_takes_nothing(world: World, form):
    form = edit_form(form=form, is_open=False, by=world.agus, at=day(0))
    with pytest.raises(CannotSubmit):
        send(form)
    assert public_form("demo") is None
    retire_form(form=form, by=world.agus, at=day(1))
    with pytest.raises(CannotChangeForm):
        edit_form(form=form, is_open=True, by=world.agus, at=day(2))
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"fields": [{"key": "contact.name", "required": True}]}, "fields"),
        ({"fields": [{"key": "contact.shoe", "required": True}]}, "fields"), ({"fields": FIELDS * 2}, "fields"),
        ({"redirect_url": "javascript:alert(1)"}, "redirect_url"), ({"redirect_url": "//evil.example"}, "redirect_url"),
        ({"origins": ["ftp://x.example"]}, "origins"), ({"origins": ["https://x.example; script-src *"]}, "origins"),
        ({"fields": [{"key": "contact.email", "required": False}], "confirms_by_mail": True}, "confirms_by_mail"),
    ],
)  # fmt: skip
def test_a_form_that_means_nothing_is_refused_and_stays_as_it_was(world: World, form, wrong, field):
    before = WebForm.objects.values().get(), Entry.objects.count()
    with pytest.raises(CannotChangeForm) as refusal:
        edit_form(form=form, by=world.agus, at=day(2), **wrong)
    assert refusal.value.field == field
    assert (WebForm.objects.values().get(), Entry.objects.count()) == before


def test_an_address_is_taken_once_and_a_stale_edit_is_refused(world: World, form):
    with pytest.raises(CannotChangeForm):
        add_form(name="Demo", fields=FIELDS, by=world.agus, at=day(1))
    edit_form(form=form, name="Other", by=world.agus, at=day(1), expected_version=1)
    with pytest.raises(StaleEdit):
        edit_form(form=form, name="Third", by=world.agus, at=day(2), expected_version=1)
    assert WebForm.objects.get().name == "Other"
