"""The API: the rooms' routers under /api/v1."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from siklus.cycle.closing.api import router as quotes
from siklus.cycle.closing.api_plans import milestones, plans
from siklus.cycle.closing.api_reviews import router as close_reviews
from siklus.cycle.closing.api_rules import router as stage_rules
from siklus.cycle.closing.api_settings import settings as quote_settings
from siklus.cycle.closing.api_settings import taxes
from siklus.cycle.demos.api import router as demos
from siklus.cycle.demos.api import types as demo_types
from siklus.cycle.objections.api import router as objections
from siklus.cycle.objections.api_catalogue import responses as objection_responses
from siklus.cycle.objections.api_catalogue import types as objection_types
from siklus.cycle.outreach.api import consents, emails, suppressed, templates, threads
from siklus.cycle.outreach.api_first_response import response_targets, responses
from siklus.cycle.outreach.api_meetings import router as meetings
from siklus.cycle.outreach.api_sequences import enrolments, sequences
from siklus.cycle.outreach.chats.api import router as chats
from siklus.cycle.prospecting.api import fit, profiles
from siklus.cycle.prospecting.api_assignment import router as assignment_rules
from siklus.cycle.prospecting.api_coverage import router as coverage
from siklus.cycle.prospecting.api_forms import forms, submissions
from siklus.cycle.qualification.api import frameworks as qualification_frameworks
from siklus.cycle.qualification.api import router as qualifications
from siklus.cycle.research.api import findings
from siklus.cycle.research.api import router as dossiers
from siklus.cycle.research.api_deals import checklists as research_checklists
from siklus.cycle.research.api_deals import competitors
from siklus.cycle.research.api_deals import router as research
from siklus.desk.automations.api import router as automations
from siklus.insight.report_api import router as reports
from siklus.platform.accounts.actions import CannotChangeUser
from siklus.platform.accounts.api import router as accounts
from siklus.platform.api.door import etag
from siklus.platform.api.journal import router as journal
from siklus.platform.api.problems import Problem, answer, not_found, problem
from siklus.platform.chat.actions import ChatRefused
from siklus.platform.chat.api import router as whatsapp_lines
from siklus.platform.files.store import FileRefused
from siklus.platform.imports.actions import ImportRefused
from siklus.platform.imports.api import router as imports
from siklus.platform.mail.actions import MailRefused
from siklus.platform.mail.api import router as mailboxes
from siklus.platform.money.rates import NoRate, UnknownCurrency
from siklus.platform.webhooks.actions import WebhookRefused
from siklus.platform.webhooks.api import router as webhooks
from siklus.records.activities.api import router as activities
from siklus.records.activities.api_feed import router as calendar_feed
from siklus.records.companies.api import router as companies
from siklus.records.contacts.api import router as contacts
from siklus.records.deals.api import deals, leads
from siklus.records.deals.api_pipelines import pipelines
from siklus.records.duplicates.api import router as duplicates
from siklus.records.fields.record import Refused, StaleEdit
from siklus.records.products.api import router as products
from siklus.records.quotas.api import router as quotas
from siklus.team.incentives.api import credits, pay_adjustments, pay_disputes, pay_lines
from siklus.team.incentives.api import periods as pay_periods
from siklus.team.incentives.api import plans as commission_plans


class Token(HttpBearer):
    """`Authorization: Bearer sk_…`; the middleware has looked it up already."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return request.api_user  # type: ignore[attr-defined]


api = NinjaAPI(
    title="Siklus",
    version="1",
    description=(
        "Everything the screens can do. Lists are paged by `cursor`; a record's version comes as ETag, and a write "
        "with an outdated If-Match gets 412; a POST with an Idempotency-Key happens once. Amounts are decimal text. "
        "Errors are application/problem+json."
    ),
    urls_namespace="api",
    auth=Token(),
    docs_url=None,
)

for prefix, router in {
    "/companies": companies,
    "/contacts": contacts,
    "/leads": leads,
    "/deals": deals,
    "/pipelines": pipelines,
    "/quotas": quotas,
    "/coverage": coverage,
    "/reports": reports,
    "/commission-plans": commission_plans,
    "/pay-periods": pay_periods,
    "/pay-lines": pay_lines,
    "/pay-disputes": pay_disputes,
    "/pay-adjustments": pay_adjustments,
    "/deal-credits": credits,
    "/activities": activities,
    "/calendar-feed": calendar_feed,
    "/meetings": meetings,
    "/first-responses": responses,
    "/response-targets": response_targets,
    "/demos": demos,
    "/demo-types": demo_types,
    "/dossiers": dossiers,
    "/findings": findings,
    "/research": research,
    "/research-checklists": research_checklists,
    "/competitors": competitors,
    "/qualifications": qualifications,
    "/qualification-frameworks": qualification_frameworks,
    "/objections": objections,
    "/objection-types": objection_types,
    "/objection-responses": objection_responses,
    "/quotes": quotes,
    "/quote-settings": quote_settings,
    "/action-plans": plans,
    "/milestones": milestones,
    "/tax-rates": taxes,
    "/close-reviews": close_reviews,
    "/stage-rules": stage_rules,
    "/icp-profiles": profiles,
    "/assignment-rules": assignment_rules,
    "/fit": fit,
    "/forms": forms,
    "/submissions": submissions,
    "/mailboxes": mailboxes,
    "/email-threads": threads,
    "/emails": emails,
    "/whatsapp-lines": whatsapp_lines,
    "/whatsapp-messages": chats,
    "/templates": templates,
    "/suppressions": suppressed,
    "/consents": consents,
    "/sequences": sequences,
    "/enrolments": enrolments,
    "/products": products,
    "/duplicates": duplicates,
    "/imports": imports,
    "/journal": journal,
    "/webhooks": webhooks,
    "/automations": automations,
    "/users": accounts,
}.items():
    api.add_router(prefix, router, tags=[prefix[1:]])


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(StaleEdit)
def on_stale(request: HttpRequest, error: StaleEdit) -> HttpResponse:
    response = problem(412, _("Somebody changed this record since you read it"), error.message)
    response["ETag"] = etag(error.current.version)
    return response


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, error: Refused) -> HttpResponse:
    errors = [{"field": error.field, "message": error.message}] if error.field else []
    return problem(422, error.message, errors=errors)


@api.exception_handler(WebhookRefused)
@api.exception_handler(ChatRefused)
@api.exception_handler(MailRefused)
def on_mail_refused(request: HttpRequest, error: MailRefused | WebhookRefused | ChatRefused) -> HttpResponse:
    errors = [{"field": error.field, "message": error.message}] if error.field else []
    return problem(422, error.message, errors=errors)


def on_sentence(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(422, str(error))


for kind in (NoRate, UnknownCurrency, CannotChangeUser, ImportRefused, FileRefused):
    api.add_exception_handler(kind, on_sentence)


@api.exception_handler(ObjectDoesNotExist)
def on_missing(request: HttpRequest, error: ObjectDoesNotExist) -> HttpResponse:
    return not_found()


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, _("A valid API token is needed"), _("Send Authorization: Bearer YOUR_TOKEN."))
    response["WWW-Authenticate"] = 'Bearer realm="siklus"'
    return response


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"field": ".".join(str(part) for part in one["loc"][1:]), "message": one["msg"]}
        for one in error.errors
    ]
    return problem(422, _("The request is not valid"), errors=errors)


@api.exception_handler(HttpError)
def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))
