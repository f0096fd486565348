"""Requests that nobody meant: whatever is sent to the API, the server answers and never fails."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from siklus.cycle.closing.actions import LineDraft, add_milestone, begin_plan, draft_quote
from siklus.cycle.demos.actions import add_demo_type, book_demo
from siklus.cycle.objections.actions import add_response, add_type, raise_objection
from siklus.cycle.outreach.chats.actions import take_in_chat
from siklus.cycle.outreach.first_response.actions import set_target
from siklus.cycle.outreach.meetings.actions import invite_guests
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.prospecting.actions import add_form
from siklus.cycle.qualification.actions import add_ready_framework
from siklus.cycle.research.actions import add_competitor, add_item, note_finding
from siklus.platform.accounts.actions import issue_token
from siklus.platform.chat.models import Incoming
from siklus.platform.imports.actions import start_import
from siklus.platform.mail.actions import add_mailbox
from siklus.records.activities.actions import plan_activity
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.products.actions import add_product
from siklus.team.incentives.tests.world import a_plan, posted
from tests.cloud import a_line
from tests.world import World, day

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@dataclass
class Target:
    """An administrator's token, and the ids of one record of each kind."""

    key: str
    ids: dict[str, int]


@pytest.fixture
def target(world: World) -> Target:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    contact = add_contact(name="Hendra", company=company, owner=world.rani, by=world.rani, at=day(1))
    deal = world.deal(company=company, contact=contact)
    activity = plan_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=day(1), due_at=day(2))
    price = add_type(name_en="Price", by=world.ada, at=day(1))
    wording = {"en": {"title": "Sum", "answer": "Count."}}
    response = add_response(type=price, wording=wording, by=world.ada, at=day(1))
    objection = raise_objection(deal=deal, type=price, words="Too much.", by=world.rani, at=day(1))
    product = add_product(name="Kasir", by=world.ada, at=day(1))
    demo = book_demo(
        deal=deal, type=add_demo_type(name_en="Demo", by=world.agus, at=day(1)), starts_at=day(3), by=world.rani,
        at=day(1),
    )  # fmt: skip
    line = LineDraft(title="Work", unit_price=Decimal(1))
    quote = draft_quote(deal=deal, lines=[line], by=world.rani, at=day(1))
    plan = begin_plan(deal=deal, by=world.rani, at=day(1))
    milestone = add_milestone(
        plan=plan, title="Sign", side="buyer", due_date=day(9).date(), by=world.rani, at=day(1)
    )
    mailbox = add_mailbox(address="sales@nusa.test", by=world.agus, at=day(1))
    sequence = add_sequence(name="First contact", language="en", by=world.ada, at=day(1))
    step = add_step(sequence=sequence, channel="call", by=world.ada, at=day(1))
    enrolled = enrol(sequence=sequence, deal=deal, by=world.rani, at=day(1))
    form = add_form(name="Ask", fields=[{"key": "contact.email", "required": True}], by=world.ada, at=day(1))
    framework = add_ready_framework(key="BANT", by=world.agus, at=day(1))
    meeting = plan_activity(
        kind="meeting", subject="Meet", deal=deal, by=world.rani, at=day(1), due_at=day(4)
    )
    asked = invite_guests(
        activity=meeting, mailbox=mailbox, colleagues=[world.bram], by=world.rani, at=day(1)
    )
    finding = note_finding(
        company=company, section="news", attribute="Office", value="Bogor", by=world.rani, at=day(1)
    )
    competitor = add_competitor(name="Mitra Sistem", by=world.ada, at=day(1))
    item = add_item(pipeline=world.pipeline, label_en="Who decides?", by=world.ada, at=day(1))
    line = a_line(world)
    heard = Incoming.objects.create(
        line=line, provider_id="wamid.1", number="+6281234567890", kind="text", text="Hi", sent_at=day(1),
        received_at=day(1),
    )  # fmt: skip
    chat = take_in_chat(incoming=heard, at=day(1))
    paid = posted(world, a_plan(world))
    batch = start_import(
        object_kind="leads", file_name="x.csv", chunks=[b"name\nX\n"], by=world.ada, at=day(1)
    )
    ids = {
        "company_id": company.pk, "contact_id": contact.pk, "deal_id": deal.pk, "activity_id": activity.pk,
        "product_id": product.pk, "batch_id": batch.pk, "pipeline_id": world.pipeline.pk,
        "stage_id": world.stage("demo").pk, "objection_id": objection.pk, "type_id": price.pk,
        "response_id": response.pk, "demo_id": demo.pk, "quote_id": quote.pk, "plan_id": plan.pk,
        "milestone_id": milestone.pk, "mailbox_id": mailbox.pk, "form_id": form.pk,
        "framework_id": framework.pk, "criterion_id": framework.criteria.order_by("pk")[0].pk,
        "sequence_id": sequence.pk, "step_id": step.pk, "enrolment_id": enrolled.pk,
        "guest_id": asked.guests.get().pk,
        "target_id": set_target(pipeline=None, source="", minutes=30, by=world.agus, at=day(1)).pk,
        "line_id": line.pk, "chat_id": chat.pk, "finding_id": finding.pk, "competitor_id": competitor.pk,
        "item_id": item.pk, "period_id": paid.pk, "assignment_id": paid.plan.assignments.get(user=world.rani).pk,
    }  # fmt: skip
    return Target(issue_token(user=world.ada, name="fuzz", by=world.ada, at=day(0))[1], ids)


@pytest.fixture(autouse=True)
def _keep_the_connection():
    """Requests outside Django's own test client would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_no_request_makes_the_server_fail(case, target):
    headers = {"Authorization": f"Bearer {target.key}"}
    case.validate_response(case.call(headers=headers), checks=(not_a_server_error,))
    if known := {name: target.ids[name] for name in case.path_parameters or {} if name in target.ids}:
        case.path_parameters = known
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=(not_a_server_error,))
