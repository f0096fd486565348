"""How a mail with a quote begins, in the language of whom it is for."""

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.cycle.closing.models import Quote
from siklus.cycle.closing.queries import standing_version
from siklus.platform.i18n.formats import day
from siklus.platform.installation.current import current
from siklus.records.contacts.models import Contact


def quote_words(request: HttpRequest, quote: Quote, contact: Contact, language: str) -> dict[str, str]:
    """Subject and text with the address of the buyer's page. A quote that was not sent yet has none: 404."""
    version = standing_version(quote)
    if version is None or not version.secret:
        raise Http404
    address = request.build_absolute_uri(reverse("desk:quote_public", args=[version.secret]))
    with override(language):
        subject = _("Quote %(number)s from %(company)s") % {"number": quote.number, "company": current().name}
        text = _(
            "Hello %(name)s,\n\nhere is our quote %(number)s. You can read it, accept it or decline it here:\n%(address)s"
        ) % {"name": contact.name, "number": quote.number, "address": address}
        if version.valid_until:
            text += "\n\n" + _("It holds until %(day)s.") % {
                "day": day(version.valid_until).replace("\xa0", " ")
            }
    return {"subject": subject, "text": text}
