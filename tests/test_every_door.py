"""Every address × every role. A new address that stands in no row of the table fails the first test."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from siklus.cycle.closing.actions import (
    LineDraft,
    add_milestone,
    begin_plan,
    draft_quote,
    send_quote,
    share_plan,
)
from siklus.cycle.demos.actions import add_demo_type, book_demo
from siklus.cycle.objections.actions import add_response, add_type, raise_objection
from siklus.cycle.outreach.actions import Letter, add_template, write_email
from siklus.cycle.outreach.first_response.actions import set_target
from siklus.cycle.outreach.meetings.actions import invite_guests
from siklus.cycle.outreach.opt_out import token_of
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.prospecting.actions import add_assignment_rule, add_form, add_profile
from siklus.cycle.prospecting.fit.scoring import Criterion
from siklus.cycle.qualification.actions import add_ready_framework
from siklus.cycle.research.actions import add_competitor, add_item, note_finding
from siklus.desk.automations.actions import add_automation
from siklus.platform.accounts.actions import add_user
from siklus.platform.imports.actions import start_import
from siklus.platform.journal.models import Entry
from siklus.platform.mail.actions import add_mailbox
from siklus.platform.webhooks.actions import add_endpoint
from siklus.records.activities.actions import plan_activity
from siklus.records.activities.feed import open_feed
from siklus.records.companies.actions import add_company
from siklus.records.contacts.actions import add_contact
from siklus.records.fields.actions import add_field
from siklus.records.products.actions import add_product
from siklus.records.quotas.actions import set_quota
from siklus.team.incentives.actions import (
    answer_dispute,
    approve_period,
    lock_period,
    raise_dispute,
    settle_dispute,
    start_review,
)
from siklus.team.incentives.tests.world import a_plan, noon, posted, won
from tests.cloud import a_line
from tests.world import World, day

ROLES = ("stranger", "rani", "budi", "bram", "sari", "dewi", "putri", "agus", "ada")
# Who gets what when opening an address with GET. Rani owns the record; Budi is a rep of another team; Putri's role
# (people) looks at no sales records; Bram leads both teams; Sari (marketing), Dewi, Agus and Ada see all.
DOORS: dict[str, dict[str, int]] = {
    "open": dict.fromkeys(ROLES, 200),
    "strangers": {**dict.fromkeys(ROLES, 302), "stranger": 200},
    "everybody": {**dict.fromkeys(ROLES, 200), "stranger": 302},
    "who sees it": {**dict.fromkeys(ROLES, 200), "stranger": 302, "budi": 404, "putri": 404},
    "who works": {**dict.fromkeys(ROLES, 200), "stranger": 302, "putri": 403},
    "who sees and works": {**dict.fromkeys(ROLES, 200), "stranger": 302, "budi": 404, "putri": 403},
    "operations": {**dict.fromkeys(ROLES, 403), "stranger": 302, "agus": 200, "ada": 200},
    "importers": {**dict.fromkeys(ROLES, 403), "stranger": 302, "sari": 404, "agus": 200, "ada": 200},
    "imports": {**dict.fromkeys(ROLES, 403), "stranger": 302, "sari": 200, "agus": 200, "ada": 200},
    "operations, else nothing": {
        **dict.fromkeys(ROLES, 404),
        "stranger": 302,
        "agus": 200,
        "ada": 200,
        "putri": 403,
    },
    "who asks": {**dict.fromkeys(ROLES, 403), "stranger": 302, "bram": 200, "agus": 200, "ada": 200},
    "who asks and sees": {
        **dict.fromkeys(ROLES, 403),
        "stranger": 302,
        "bram": 200,
        "agus": 200,
        "ada": 200,
        "budi": 404,
        "putri": 404,
    },
    "nothing without a question": {**dict.fromkeys(ROLES, 404), "stranger": 302},
    "post only": {**dict.fromkeys(ROLES, 405), "stranger": 302},
    "whose pay": {**dict.fromkeys(ROLES, 404), "stranger": 302, "rani": 200, "agus": 200, "ada": 200},
    "payee": {**dict.fromkeys(ROLES, 404), "stranger": 302, "rani": 200},
    "pay operations": {**dict.fromkeys(ROLES, 404), "stranger": 302, "agus": 200, "ada": 200},
    "who shares": {
        **dict.fromkeys(ROLES, 403),
        "stranger": 302,
        "bram": 200,
        "agus": 200,
        "ada": 200,
    },
}
TABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "accounts:sign_in": ("strangers", {}),
    "accounts:forgot_password": ("open", {}),
    "accounts:sign_out": ("post only", {}),
    "accounts:preferences": ("post only", {}),
    "accounts:change_password": ("post only", {}),
    "web:gallery": ("everybody", {}),
    "insight:calculator": ("everybody", {"key": "=velocity"}),
    "insight:calculators": ("everybody", {}),
    "insight:dashboard": ("everybody", {}),
    "imports:imports": ("imports", {}),
    "imports:new": ("imports", {}),
    "imports:import": ("importers", {"batch_id": "batch"}),
    "imports:map": ("importers", {"batch_id": "batch"}),
    "imports:problems": ("importers", {"batch_id": "batch"}),
    "imports:run": ("post only", {"batch_id": "batch"}),
    "imports:undo": ("post only", {"batch_id": "batch"}),
    "imports:forget": ("post only", {"mapping_id": "batch"}),
    **{f"desk:{name}": ("everybody", {}) for name in (
        "today", "leads", "deals", "companies", "contacts", "activities", "palette", "search", "profile",
        "products", "contact_options", "company_options",
        "product_options",
    )},
    **{f"desk:{name}": ("everybody", {"kind": "=deals"}) for name in (
        "list_totals", "list_export", "list_columns", "board_heads",
    )},
    **{f"desk:{name}": ("who works", {}) for name in (
        "bulk_changes", "lead_new", "deal_new", "company_new", "contact_new", "duplicates",
        "pick_companies", "pick_contacts", "pick_deals", "pick_users",
    )},
    **{f"desk:{name}": ("who sees it", {"deal_id": "deal"}) for name in ("deal", "deal_history")},
    "desk:company": ("who sees it", {"company_id": "company"}),
    "desk:contact": ("who sees it", {"contact_id": "contact"}),
    **{f"desk:{name}": ("who sees and works", {"deal_id": "deal"}) for name in (
        "deal_win", "deal_lose", "deal_assign", "deal_tags",
    )},
    **{f"desk:{name}": ("post only", {"deal_id": "deal"}) for name in ("deal_move", "deal_reopen", "deal_qualify")},
    **{f"desk:{kind}_edit": ("who sees and works", {"record_id": kind, "field": "=name"})
       for kind in ("deal", "company", "contact")},
    **{f"desk:{kind}_property": ("who sees and works", {"record_id": kind, "field": "=name"})
       for kind in ("deal", "company", "contact")},
    **{f"desk:{kind}_merge": ("who sees and works", {"record_id": kind}) for kind in ("deal", "company", "contact")},
    **{f"desk:{kind}_unmerge": ("post only", {"record_id": kind}) for kind in ("deal", "company", "contact")},
    "desk:objection_new": ("who sees and works", {"deal_id": "deal"}),
    "desk:objection_answer": ("who sees and works", {"objection_id": "objection"}),
    **{f"desk:objection_{name}": ("post only", {"objection_id": "objection"})
       for name in ("resolve", "stands", "reopen")},
    **{f"desk:demo_{name}": ("who sees and works", {"demo_id": "demo"}) for name in (
        "move", "cancel", "hold", "miss", "estimate", "prepare_new", "show_new", "invite",
    )},
    "desk:demo": ("who sees it", {"demo_id": "demo"}),
    "desk:demos": ("everybody", {}),
    "desk:demo_slots": ("who works", {}),
    "desk:deal_beside": ("who sees it", {"deal_id": "deal"}),
    "desk:deal_demos": ("who sees it", {"deal_id": "deal"}),
    "desk:demo_new": ("who sees and works", {"deal_id": "deal"}),
    **{f"desk:demo_item_{name}": ("post only", {"item_id": "demo_item"}) for name in ("tick", "drop")},
    "desk:settings_demos": ("operations", {}),
    "desk:demo_type_new": ("operations", {}),
    "desk:demo_type_edit": ("operations", {"type_id": "demo_type"}),
    "desk:demo_type_retire": ("post only", {"type_id": "demo_type"}),
    "desk:demo_types_ready": ("post only", {}),
    "desk:demo_rule": ("post only", {"pipeline_id": "pipeline"}),
    "desk:work_hours": ("everybody", {}),
    "desk:calendar": ("open", {"key": "calendar_key"}),
    "desk:calendar_new": ("everybody", {}),
    "desk:calendar_close": ("post only", {}),
    "desk:meeting_invite": ("who sees and works", {"activity_id": "meeting"}),
    "desk:meeting_uninvite": ("post only", {"guest_id": "guest"}),
    "desk:objection_suggest": ("who works", {}),
    "desk:objections": ("everybody", {}),
    "desk:settings_objections": ("operations", {}),
    "desk:objection_type_new": ("operations", {}),
    "desk:objection_type_edit": ("operations", {"type_id": "type"}),
    "desk:response_new": ("operations", {"type_id": "type"}),
    "desk:response_edit": ("operations", {"response_id": "response"}),
    "desk:objections_ready": ("post only", {}),
    "desk:objection_type_retire": ("post only", {"type_id": "type"}),
    "desk:response_retire": ("post only", {"response_id": "response"}),
    "desk:closing_rule": ("post only", {"pipeline_id": "pipeline"}),
    **{f"desk:company_{name}": ("who sees it", {"company_id": "company"}) for name in ("dossier", "dossier_panel")},
    "desk:contact_dossier": ("who sees it", {"contact_id": "contact"}),
    "desk:company_finding_new": ("who sees and works", {"company_id": "company"}),
    "desk:contact_finding_new": ("who sees and works", {"contact_id": "contact"}),
    "desk:relevance": ("who sees and works", {"company_id": "company"}),
    "desk:finding_withdraw": ("who sees and works", {"finding_id": "finding"}),
    "desk:company_reading": ("who sees it", {"company_id": "company"}),
    "desk:company_website_read": ("post only", {"company_id": "company"}),
    "desk:finding_take_over": ("post only", {"finding_id": "finding"}),
    "desk:deal_research": ("who sees it", {"deal_id": "deal"}),
    "desk:research_tick": ("post only", {"deal_id": "deal", "item_id": "item"}),
    "desk:rival_new": ("who sees and works", {"deal_id": "deal"}),
    "desk:rival_edit": ("who sees and works", {"deal_id": "deal", "competitor_id": "competitor"}),
    "desk:competitors": ("everybody", {}),
    "desk:competitor_new": ("who works", {}),
    "desk:competitor_edit": ("who works", {"competitor_id": "competitor"}),
    "desk:competitor_retire": ("post only", {"competitor_id": "competitor"}),
    "desk:settings_assignment": ("operations", {}),
    "desk:assignment_new": ("operations", {}),
    "desk:assignment_edit": ("operations", {"rule_id": "assignment"}),
    "desk:assignment_retire": ("post only", {"rule_id": "assignment"}),
    "desk:assignment_seat": ("operations", {"seat_id": "seat"}),
    "desk:assignment_waiting": ("post only", {}),
    "desk:deal_qualification": ("who sees it", {"deal_id": "deal"}),
    "desk:qualification_answer": ("who sees and works", {"deal_id": "deal", "criterion_id": "criterion"}),
    "desk:settings_qualification": ("operations", {}),
    "desk:framework_new": ("operations", {}),
    "desk:framework_ready": ("post only", {}),
    "desk:framework_edit": ("operations", {"framework_id": "framework"}),
    "desk:framework_retire": ("post only", {"framework_id": "framework"}),
    "desk:criterion_new": ("operations", {"framework_id": "framework"}),
    "desk:criterion_edit": ("operations", {"criterion_id": "criterion"}),
    "desk:criterion_retire": ("post only", {"criterion_id": "criterion"}),
    "desk:qualification_rule": ("operations", {"pipeline_id": "pipeline"}),
    "desk:settings_research": ("operations", {}),
    "desk:research_item_new": ("operations", {"pipeline_id": "pipeline"}),
    "desk:research_item_edit": ("operations", {"item_id": "item"}),
    "desk:research_item_retire": ("post only", {"item_id": "item"}),
    "desk:research_rule": ("post only", {"pipeline_id": "pipeline"}),
    "desk:research_ready": ("post only", {"pipeline_id": "pipeline"}),
    "desk:mail": ("everybody", {}),
    "desk:thread": ("who sees it", {"thread_id": "thread"}),
    "desk:thread_tie": ("who sees and works", {"thread_id": "thread"}),
    "desk:thread_show": ("post only", {"thread_id": "thread"}),
    "desk:mail_preview": ("post only", {}),
    "desk:record_mail": ("who sees it", {"kind": "=deal", "record_id": "deal"}),
    **{f"desk:{name}": ("operations", {}) for name in (
        "settings_templates", "template_new", "settings_sending", "rules_edit",
    )},
    "desk:template_edit": ("operations", {"template_id": "template"}),
    "desk:template_retire": ("post only", {"template_id": "template"}),
    "desk:suppression_new": ("who works", {}),
    "desk:suppression_lift": ("post only", {"suppression_id": "template"}),
    "desk:chats": ("who works", {}),
    "desk:settings_whatsapp": ("operations", {}),
    "desk:line_new": ("operations", {}),
    "desk:line_edit": ("operations", {"line_id": "line"}),
    "desk:line_retire": ("post only", {"line_id": "line"}),
    "desk:message_again": ("post only", {"line_id": "line", "message_id": "=1"}),
    "desk:settings_mailboxes": ("who works", {}),
    "desk:mailbox_new": ("who works", {}),
    "desk:mailbox_edit": ("operations, else nothing", {"mailbox_id": "mailbox"}),
    **{f"desk:mailbox_{name}": ("post only", {"mailbox_id": "mailbox"}) for name in ("retire", "read")},
    "desk:mail_again": ("post only", {"mailbox_id": "mailbox", "mail_id": "=1"}),
    "desk:opt_out": ("open", {"token": "opt_out"}),
    **{f"desk:{name}": ("who works", {}) for name in ("sequences", "sequence_new")},
    **{f"desk:{name}": ("who works", {"sequence_id": "sequence"}) for name in (
        "sequence", "sequence_edit", "step_new",
    )},
    "desk:sequence_archive": ("post only", {"sequence_id": "sequence"}),
    "desk:step_edit": ("who works", {"step_id": "step"}),
    **{f"desk:step_{name}": ("post only", {"step_id": "step"}) for name in ("place", "remove")},
    **{f"desk:enrolment_{name}": ("post only", {"enrolment_id": "enrolment"}) for name in ("pause", "resume", "stop")},
    "desk:deal_sequences": ("who sees it", {"deal_id": "deal"}),
    "desk:enrol_new": ("who sees and works", {"deal_id": "deal"}),
    "desk:contact_consent": ("who sees it", {"contact_id": "contact"}),
    "desk:consent_new": ("who sees and works", {"contact_id": "contact"}),
    "desk:leave": ("everybody", {}),
    "desk:form_public": ("open", {"slug": "=ask"}),
    "desk:form_thanks": ("open", {"slug": "=ask"}),
    "desk:settings_forms": ("operations", {}),
    "desk:form_new": ("operations", {}),
    "desk:form_edit": ("operations", {"form_id": "form"}),
    "desk:form_submissions": ("operations", {"form_id": "form"}),
    "desk:form_retire": ("post only", {"form_id": "form"}),
    "desk:settings_icp": ("operations", {}),
    "desk:icp_new": ("operations", {}),
    "desk:icp_edit": ("operations", {"profile_id": "icp"}),
    "desk:icp_learned": ("operations", {"profile_id": "icp"}),
    **{f"desk:icp_{name}": ("post only", {"profile_id": "icp"}) for name in ("switch", "retire", "take")},
    "desk:quotes": ("everybody", {}),
    "desk:price_book": ("everybody", {}),
    "desk:price_new": ("operations", {"product_id": "product"}),
    "desk:deal_quotes": ("who sees it", {"deal_id": "deal"}),
    "desk:quote": ("who sees it", {"quote_id": "quote"}),
    "desk:quote_pdf": ("who sees it", {"quote_id": "quote", "number": "=1"}),
    "desk:quote_new": ("who sees and works", {"deal_id": "deal"}),
    **{f"desk:quote_{name}": ("who sees and works", {"quote_id": "quote"})
       for name in ("edit", "refuse", "withdraw", "answer")},
    **{f"desk:quote_{name}": ("post only", {"quote_id": "quote"}) for name in ("send", "ask", "approve")},
    "desk:quote_public": ("open", {"secret": "secret"}),
    "desk:quote_public_pdf": ("open", {"secret": "secret"}),
    **{f"desk:{name}": ("operations", {}) for name in (
        "settings_quotes", "quote_words", "quote_tax", "quote_limits",
    )},
    "insight:close_rate": ("everybody", {}),
    "insight:first_response": ("everybody", {}),
    "desk:settings_response": ("operations", {}),
    "desk:response_target_new": ("operations", {}),
    "desk:response_target_edit": ("operations", {"target_id": "target"}),
    "desk:response_target_remove": ("post only", {"target_id": "target"}),
    "insight:win_loss": ("everybody", {}),
    "insight:reports": ("everybody", {}),
    **{f"insight:{name}": ("everybody", {"name": "=kpis"}) for name in ("report", "report_csv", "report_xlsx")},
    "insight:report_deals": ("nothing without a question", {"name": "=kpis"}),
    "desk:targets": ("everybody", {}),
    "desk:my_pay": ("everybody", {}),
    "desk:what_if": ("payee", {}),
    "desk:pay_of": ("whose pay", {"user_id": "payee"}),
    "desk:pay_csv": ("whose pay", {"user_id": "payee"}),
    "desk:pay_pdf": ("whose pay", {"user_id": "payee"}),
    "desk:pay_dispute": ("payee", {"line_id": "pay_line"}),
    "desk:incentive_plan": ("whose pay", {"plan_id": "pay_plan"}),
    "desk:incentive_letter": ("whose pay", {"plan_id": "pay_plan"}),
    **{f"desk:incentive_{name}": ("operations", {}) for name in ("plans", "plan_new", "rule")},
    **{f"desk:incentive_{name}": ("operations", {"plan_id": "pay_plan"})
       for name in ("version_new", "clone", "person_new")},
    "desk:incentive_text": ("operations", {"plan_id": "pay_plan", "number": "=1"}),
    "desk:incentive_try": ("post only", {}),
    "desk:incentive_retire": ("post only", {"plan_id": "pay_plan"}),
    "desk:incentive_post": ("post only", {"plan_id": "pay_plan"}),
    "desk:incentive_person_end": ("operations", {"assignment_id": "pay_assignment"}),
    "desk:incentive_periods": ("pay operations", {}),
    "desk:incentive_period": ("pay operations", {"period_id": "pay_period"}),
    "desk:incentive_payroll": ("operations", {"period_id": "pay_period"}),
    "desk:incentive_adjust": ("operations", {"period_id": "pay_period"}),
    "desk:incentive_step": ("post only", {"period_id": "pay_period", "step": "=lock"}),
    "desk:adjustment_decide": ("post only", {"adjustment_id": "pay_plan"}),
    "desk:dispute_answer": ("operations", {"dispute_id": "pay_dispute"}),
    "desk:deal_pay": ("who sees it", {"deal_id": "deal"}),
    "desk:deal_shares": ("who shares", {"deal_id": "deal"}),
    "desk:deal_pay_event": ("operations", {"deal_id": "deal"}),
    "desk:quota_new": ("who asks", {}),
    "desk:quota_end": ("who asks and sees", {"quota_id": "quota"}),
    "desk:quota_split": ("who asks and sees", {"quota_id": "quota"}),
    "desk:deal_review": ("who sees it", {"deal_id": "deal"}),
    "desk:review_edit": ("who sees and works", {"deal_id": "deal"}),
    "desk:deal_plan": ("who sees it", {"deal_id": "deal"}),
    "desk:plan_begin": ("post only", {"deal_id": "deal"}),
    "desk:plan_share": ("post only", {"plan_id": "plan"}),
    "desk:milestone_new": ("who sees and works", {"plan_id": "plan"}),
    "desk:milestone_edit": ("who sees and works", {"milestone_id": "milestone"}),
    "desk:milestone_tick": ("post only", {"milestone_id": "milestone"}),
    "desk:plan_public": ("open", {"secret": "plan_secret"}),
    "desk:settings_plans": ("operations", {}),
    "desk:plan_step_new": ("operations", {"pipeline_id": "pipeline"}),
    "desk:plan_ready": ("post only", {"pipeline_id": "pipeline"}),
    "desk:plan_step_remove": ("post only", {"step_id": "item"}),
    "desk:deal_ahead": ("who sees it", {"deal_id": "deal"}),
    "desk:settings_rules": ("operations", {}),
    "desk:rule_new": ("operations", {"pipeline_id": "pipeline"}),
    "desk:rule_remove": ("post only", {"rule_id": "item"}),
    "desk:quote_rule": ("post only", {"pipeline_id": "pipeline"}),
    **{f"desk:{name}": ("operations", {}) for name in ("settings_webhooks", "webhook_new", "webhook_facts")},
    **{f"desk:{name}": ("operations", {"endpoint_id": "webhook"}) for name in (
        "webhook", "webhook_edit", "webhook_secret", "webhook_replay_since",
    )},
    **{f"desk:webhook_{name}": ("post only", {"endpoint_id": "webhook"}) for name in ("test", "switch", "remove")},
    **{f"desk:{name}": ("operations", {}) for name in ("settings_automations", "automation_new")},
    **{f"desk:{name}": ("operations", {"automation_id": "automation"})
       for name in ("automation", "automation_edit", "automation_dry")},
    **{f"desk:automation_{name}": ("post only", {"automation_id": "automation"}) for name in ("switch", "retire")},
    "desk:webhook_replay": ("post only", {"message_id": "item"}),
    "desk:duplicate_pairs": ("who works", {"kind": "=company"}),
    "desk:possible_duplicates": ("who works", {}),
    "desk:duplicate_apart": ("post only", {"kind": "=company"}),
    "desk:duplicate_scan": ("post only", {"kind": "=company"}),
    "desk:activity_new": ("post only", {}),
    "desk:activity_cancel": ("post only", {"activity_id": "activity"}),
    **{f"desk:{name}": ("operations", {}) for name in (
        "settings_people", "settings_pipelines", "settings_reasons", "settings_fields", "settings_currencies",
        "person_new", "team_new", "pipeline_new", "reason_new", "field_new", "rate_new", "product_new",
    )},
    "desk:stage_new": ("operations", {"pipeline_id": "pipeline"}),
    "desk:pipeline_edit": ("operations", {"pipeline_id": "pipeline"}),
    "desk:stage_edit": ("operations", {"stage_id": "stage"}),
    "desk:field_edit": ("operations", {"field_id": "field"}),
    "desk:product_edit": ("operations", {"product_id": "product"}),
}  # fmt: skip
# Addresses whose own tests say who may open them, since it depends on more than the role.
ELSEWHERE = {
    None: "health", ":api_docs": "below", "accounts:new_password": "needs a link",
    "desk:settings": "leads to the first page one may open",
    "desk:list_filter": "needs a column", "desk:list_bulk": "POST with ids",
    "desk:bulk_change": "one's own changes", "desk:board_column": "needs a stage",
    "desk:view_new": "needs a list", "desk:view_edit": "one's own views", "desk:view_delete": "one's own views",
    "desk:stream": "fragment of a page", "desk:form_confirm": "needs a signed link",
    "desk:deal_people": "dialog of the deal page", "desk:deal_product": "dialog of the deal page",
    "desk:contact_points": "dialog of the contact page", "desk:contact_position": "dialog of the contact page",
    "desk:activity_plan": "needs a record", "desk:activity_finish": "dialog", "desk:activity_edit": "dialog",
    "desk:chat_new": "needs a person", "desk:chat_words": "fragment of a dialog", "desk:chat_look": "fragment of a dialog",
    "desk:chat_assign": "needs a number that nobody knows", "chat:hook": "needs a signature",
    "desk:mail_new": "needs a person", "desk:mail_words": "fragment of a dialog", "desk:mail_file": "needs a mail",
    "desk:files": "fragment", "desk:file_new": "POST", "desk:file_get": "needs a file", "desk:file_delete": "POST",
    "desk:token_new": "POST", "desk:token_revoke": "one's own keys", "desk:person_edit": "depends on the person",
    "desk:person_deactivate": "POST", "desk:person_reactivate": "POST",
    "desk:reason_retire": "POST", "desk:reason_restore": "POST", "desk:stage_place": "POST", "desk:stage_retire": "POST",
    "desk:field_retire": "POST",
}  # fmt: skip


@pytest.fixture
def ids(world: World) -> dict[str, Any]:
    company = add_company(name="Bank Nusa", owner=world.rani, by=world.rani, at=day(1))
    contact = add_contact(
        name="Hendra",
        company=company,
        emails=["hendra@banknusa.test"],
        owner=world.rani,
        by=world.rani,
        at=day(1),
    )
    deal = world.deal(company=company, contact=contact)
    activity = plan_activity(kind="call", subject="Call", deal=deal, by=world.rani, at=day(1), due_at=day(2))
    soon = timezone.now() + timedelta(days=2)
    meeting = plan_activity(kind="meeting", subject="Meet", deal=deal, due_at=soon, by=world.rani, at=day(1))
    batch = start_import(
        object_kind="leads", file_name="x.csv", chunks=[b"name\nX\n"], by=world.agus, at=day(1)
    )
    price = add_type(name_en="Price", by=world.ada, at=day(1))
    response = add_response(
        type=price, wording={"en": {"title": "Sum", "answer": "Count."}}, by=world.ada, at=day(1)
    )
    objection = raise_objection(deal=deal, type=price, words="Too much.", by=world.rani, at=day(1))
    field = add_field(record_kind="deal", label="Segment", kind="text", by=world.ada, at=day(1))
    product = add_product(name="Kasir", by=world.ada, at=day(1))
    finding = note_finding(
        company=company, section="growth", attribute="Headcount", value="120", by=world.rani, at=day(1)
    )
    competitor = add_competitor(name="Mitra Sistem", by=world.agus, at=day(1))
    item = add_item(pipeline=world.pipeline, label_en="Who decides?", by=world.agus, at=day(1))
    assignment = add_assignment_rule(name="All", people=[world.rani], by=world.agus, at=day(1))
    quota = set_quota(
        team=world.jakarta, amount=Decimal(9), from_date=day(1).date(), by=world.agus, at=day(1)
    )
    framework = add_ready_framework(key="BANT", by=world.agus, at=day(1))
    icp = add_profile(name="Ideal", criteria=[Criterion("company.city", "filled")], by=world.ada, at=day(1))
    asked = [{"key": "contact.email", "required": True}]
    form = add_form(name="Ask", fields=asked, by=world.ada, at=day(1))
    shown = add_demo_type(name_en="Demo", by=world.agus, at=day(1))
    demo = book_demo(deal=deal, type=shown, starts_at=soon + timedelta(days=2), by=world.rani, at=day(1),
                     agenda=["Approvals"])  # fmt: skip
    mailbox = add_mailbox(address="sales@nusa.test", by=world.agus, at=day(1))
    written = write_email(
        letter=Letter("Hello", "Hello."),
        mailbox=mailbox,
        contact=contact,
        deal=deal,
        by=world.rani,
        at=day(1),
    )
    asked_to_meet = invite_guests(
        activity=meeting, mailbox=mailbox, contacts=[contact], by=world.rani, at=day(1)
    )
    words = {"en": {"subject": "Hello", "text": "Hello."}}
    template = add_template(name="Hello", words=words, by=world.agus, at=day(1))
    sequence = add_sequence(name="First contact", language="en", by=world.agus, at=day(1))
    step = add_step(sequence=sequence, channel="email", template=template, by=world.agus, at=day(1))
    enrolled = enrol(sequence=sequence, deal=deal, by=world.rani, at=day(1))
    quote = draft_quote(
        deal=deal, lines=[LineDraft(title="Work", unit_price=Decimal(1))], by=world.rani, at=day(1)
    )
    sent = send_quote(quote=quote, by=world.rani, at=day(1)).versions.get()
    ask = {"step": "activity", "values": {"kind": "task", "subject": "Ask", "who": "owner", "days": "1"}}
    automation = add_automation(name="Ask", fact="deal.won", steps=[ask], by=world.agus, at=day(1))
    endpoint, _secret = add_endpoint(url="https://hooks.nusa.test/", by=world.agus, at=day(1))
    plan = share_plan(plan=begin_plan(deal=deal, by=world.rani, at=day(1)), by=world.rani, at=day(1))
    milestone = add_milestone(
        plan=plan, title="Sign", side="buyer", due_date=day(9).date(), by=world.rani, at=day(1)
    )
    return {
        **_pay(world),
        "target": set_target(pipeline=None, source="", minutes=30, by=world.agus, at=day(1)).pk,
        "meeting": meeting.pk, "guest": asked_to_meet.guests.get().pk,
        "calendar_key": open_feed(user=world.rani, by=world.rani, at=day(1))[1],
        "quota": quota.pk, "demo": demo.pk, "demo_type": shown.pk, "demo_item": demo.items.get().pk,
        "sequence": sequence.pk, "step": step.pk, "enrolment": enrolled.pk,
        "opt_out": token_of(written.outgoing.key, "en"),
        "thread": written.thread_id, "template": template.pk,
        "mailbox": mailbox.pk, "line": a_line(world).pk, "webhook": endpoint.pk, "automation": automation.pk,
        "plan": plan.pk, "plan_secret": plan.secret, "milestone": milestone.pk,
        "quote": quote.pk, "secret": sent.secret,
        "finding": finding.pk, "competitor": competitor.pk, "item": item.pk,
        "assignment": assignment.pk, "seat": assignment.seats.get().pk,
        "framework": framework.pk, "criterion": framework.criteria.first().pk,
        "icp": icp.pk,
        "form": form.pk,
        "company": company.pk, "contact": contact.pk, "deal": deal.pk, "activity": activity.pk, "batch": batch.pk,
        "objection": objection.pk, "type": price.pk, "response": response.pk,
        "field": field.pk, "product": product.pk, "pipeline": world.pipeline.pk, "stage": world.stage("demo").pk,
    }  # fmt: skip


def _pay(world: World) -> dict[str, Any]:
    """A locked period of Rani's plan, with a line that she disputed."""
    pay_plan = a_plan(world, people=(world.rani,))
    won(world, 10_000_000, noon(3, 10))
    period = start_review(period=posted(world, pay_plan), by=world.agus, at=noon(4, 2))
    line = period.lines.get()
    dispute = raise_dispute(line=line, text="Mine", by=world.rani, at=noon(4, 3))
    dispute = answer_dispute(dispute=dispute, answer="No", by=world.agus, at=noon(4, 3))
    settle_dispute(dispute=dispute, accept=False, by=world.agus, at=noon(4, 3))
    lock_period(
        period=approve_period(period=period, by=world.agus, at=noon(4, 9)), by=world.agus, at=noon(4, 9)
    )
    return {
        "payee": world.rani.pk, "pay_plan": pay_plan.pk, "pay_line": line.pk, "pay_period": period.pk,
        "pay_assignment": pay_plan.assignments.get().pk, "pay_dispute": dispute.pk,
    }  # fmt: skip


@pytest.fixture
def people(world: World) -> dict[str, Client]:
    sari = add_user(email="sari@nusa.test", name="Sari", role="marketing", by=world.ada, at=day(0))
    clients = {"stranger": Client()}
    for name in ROLES[1:]:
        clients[name] = Client(raise_request_exception=True)
        clients[name].force_login(sari if name == "sari" else getattr(world, name))
    return clients


def addresses(patterns: Any, space: str = "") -> set[str | None]:
    found: set[str | None] = set()
    for one in patterns:
        if hasattr(one, "url_patterns"):
            if one.namespace != "api":
                found |= addresses(one.url_patterns, one.namespace or space)
        else:
            found.add(f"{space}:{one.name}" if one.name else None)
    return found


def test_every_address_stands_in_the_table():
    known = TABLE.keys() | ELSEWHERE.keys()
    assert addresses(get_resolver().url_patterns) == known


def path_of(name: str, arguments: dict[str, Any], ids: dict[str, int]) -> str:
    values = {key: value[1:] if value.startswith("=") else ids[value] for key, value in arguments.items()}
    return reverse(name, kwargs=values)


def test_every_role_gets_at_every_address_what_the_table_says(ids: dict[str, int], people: dict[str, Client]):
    entries = Entry.objects.count()
    wrong = []
    for name, (door, arguments) in TABLE.items():
        path = path_of(name, arguments, ids)
        for role, client in people.items():
            status = client.get(path).status_code
            if status != DOORS[door][role]:
                wrong.append(f"{name} for {role}: {status}, not {DOORS[door][role]}")
    assert not wrong, "\n".join(wrong)
    assert Entry.objects.count() == entries, "opening pages must change nothing"


def test_what_changes_a_record_refuses_those_who_may_not(ids: dict[str, int], people: dict[str, Client]):
    entries = Entry.objects.count()
    wrong = []
    for verb in (
        "move",
        "win",
        "lose",
        "reopen",
        "qualify",
        "assign",
        "tags",
        "edit/name",
        "merge",
        "unmerge",
    ):
        path = f"/deals/{ids['deal']}/{verb}/"
        body = {
            "stage": ids["stage"],
            "version": 1,
            "value": "Stolen",
            "owner": "",
            "tags": "x",
            "reason": "1",
            "other": ids["deal"],
        }
        for role, expected in (("stranger", 302), ("budi", 404), ("putri", 403)):
            status = people[role].post(path, body).status_code
            if status != expected:
                wrong.append(f"{path} for {role}: {status}, not {expected}")
    assert not wrong, "\n".join(wrong)
    assert Entry.objects.count() == entries
