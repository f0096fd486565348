"""Findings about companies and people, and why we matter to them."""

from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.research.facts import FindingNoted, FindingWithdrawn, RelevanceSet
from siklus.cycle.research.models import Confidence, Finding, Method, Relevance, Section
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.record import record
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.fields.record import Refused

LONGEST = 4_000


class CannotChangeDossier(Refused):
    """The dossier cannot be as asked."""


def attribute_key(attribute: str) -> str:
    """What makes two attributes the same: their words, whatever the case and the spaces."""
    return " ".join(attribute.casefold().split())[:80]


@transaction.atomic
def note_finding(
    *, section: str, attribute: str, value: str, by: User | None, at: datetime, company: Company | None = None,
    contact: Contact | None = None, observed_at: date | None = None, source: str = "", source_url: str = "",
    confidence: int = Confidence.MEDIUM, method: str = Method.MANUAL,
) -> Finding:  # fmt: skip
    """Write down what was found out. The same words of the same day and source are not written twice."""
    owner = _owner(company, contact)
    attribute, value = " ".join(attribute.split())[:80], value.strip()
    source, source_url = " ".join(source.split())[:120], source_url.strip()
    today = at.astimezone(current().time_zone).date()
    observed = observed_at or today
    if section not in Section.values:
        raise CannotChangeDossier(
            _("“%(name)s” is no part of a dossier.") % {"name": section}, field="section"
        )
    if not attribute:
        raise CannotChangeDossier(
            _("Say what it is about: headcount, last round, head of IT."), field="attribute"
        )
    if not value:
        raise CannotChangeDossier(_("Write what you found out."), field="value")
    if len(value) > LONGEST or "\0" in value:
        raise CannotChangeDossier(_("This text is too long. Keep what matters."), field="value")
    if observed > today:
        raise CannotChangeDossier(_("Nobody can have seen this in the future."), field="observed_at")
    if confidence not in Confidence.values:
        raise CannotChangeDossier(_("Say how sure you are: rumour, likely or certain."), field="confidence")
    if method not in Method.values:
        raise CannotChangeDossier(
            _("“%(name)s” is not a way to find out.") % {"name": method}, field="method"
        )
    if (source_url and urlsplit(source_url).scheme not in {"http", "https"}) or len(source_url) > 500:
        raise CannotChangeDossier(_("A source is an address that begins with https://."), field="source_url")
    values = {
        **owner, "section": section, "attribute": attribute, "key": attribute_key(attribute), "value": value,
        "source": source, "source_url": source_url, "observed_at": observed, "confidence": confidence,
        "method": method,
    }  # fmt: skip
    known = Finding.objects.filter(**values, withdrawn_at=None).first()
    if known is not None:
        return known
    finding = Finding.objects.create(**values, by=by, recorded_at=at)
    fact = FindingNoted(
        finding=finding.pk, section=section, attribute=attribute, value=value, source_url=source_url,
        observed=observed.isoformat(), confidence=confidence, method=method,
    )  # fmt: skip
    record(fact, by=by, at=at, mentions=_mentions(finding))
    return finding


@transaction.atomic
def withdraw_finding(*, finding: Finding, by: User | None, at: datetime, why: str = "") -> Finding:
    """It was wrong, or about somebody else. It stays in the journal and in the history of its attribute."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.withdrawn_at is not None:
        return finding
    finding.withdrawn_at, finding.withdrawn_why = at, " ".join(why.split())[:250]
    finding.save(update_fields=["withdrawn_at", "withdrawn_why"])
    fact = FindingWithdrawn(
        finding=finding.pk, attribute=finding.attribute, value=finding.value, note=finding.withdrawn_why
    )
    record(fact, by=by, at=at, mentions=_mentions(finding))
    return finding


@transaction.atomic
def set_relevance(*, company: Company, text: str, by: User | None, at: datetime) -> Relevance | None:
    """Why we matter to them, in a paragraph. What was written before stays; empty text says that we do not know."""
    _owner(company, None)
    text = text.strip()
    if len(text) > LONGEST or "\0" in text:
        raise CannotChangeDossier(_("This text is too long. Keep what matters."), field="text")
    last = Relevance.objects.filter(company=company).order_by("-pk").first()
    if (last.text if last else "") == text:
        return last
    made = Relevance.objects.create(company=company, text=text, by=by, at=at)
    record(RelevanceSet(company=company.pk, note=text), by=by, at=at)
    return made


def _owner(company: Company | None, contact: Contact | None) -> dict[str, Company | Contact | None]:
    """Whose dossier it is, held against a merge for this transaction."""
    if (company is None) == (contact is None):
        raise CannotChangeDossier(_("A finding is about a company or about a person."), field="company")
    owner = company or contact
    assert owner is not None
    fresh = type(owner)._base_manager.select_for_update(of=("self",)).get(pk=owner.pk)
    if fresh.merged_into_id:
        raise CannotChangeDossier(_("This was merged into another record meanwhile."))
    return {"company": company, "contact": contact}


def _mentions(finding: Finding) -> dict[str, int | None]:
    return {"company": finding.company_id, "contact": finding.contact_id}
