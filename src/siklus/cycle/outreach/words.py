"""The words that a template may use of a person, their company and deal, and of who writes."""

from siklus.cycle.outreach.liquid import Words
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


def words_for(*, contact: Contact | None, deal: Deal | None, writer: User) -> Words:
    """Plain text only: no record is within a template's reach."""
    company = (deal.company if deal else None) or (contact.company if contact else None)
    return {
        "contact": {
            "name": contact.name if contact else "",
            "first_name": contact.name.split()[0] if contact and contact.name.split() else "",
            "title": contact.title if contact else "",
            "city": contact.city if contact else "",
        },
        "company": {
            "name": company.name if company else "",
            "industry": company.industry if company else "",
            "city": company.city if company else "",
        },
        "deal": {"name": deal.name if deal else ""},
        "me": {"name": writer.name, "email": writer.email},
        "us": {"name": current().name},
    }
