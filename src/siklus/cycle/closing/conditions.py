from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.closing.models import Approval, QuoteState, QuoteVersion
from siklus.records.deals.conditions import Missing, condition
from siklus.records.deals.models import Deal


def _versions(deal: Deal, *states: str) -> bool:
    if deal.pk is None:
        return False
    return QuoteVersion.objects.filter(quote__deal=deal, state__in=states).exists()


@condition("quote_sent", label=gettext_lazy("A quote was sent"))
def quote_was_sent(deal: Deal, _about: str) -> Missing | None:
    if _versions(deal, QuoteState.SENT, QuoteState.ACCEPTED):
        return None
    return Missing(_("a quote that was sent"), _("under Quotes"))


@condition("quote_accepted", label=gettext_lazy("A quote was accepted"))
def quote_was_accepted(deal: Deal, _about: str) -> Missing | None:
    if _versions(deal, QuoteState.ACCEPTED):
        return None
    return Missing(_("a quote that the buyer accepted"), _("under Quotes"))


@condition("discount", label=gettext_lazy("No discount waits for approval"))
def no_discount_waits(deal: Deal, _about: str) -> Missing | None:
    rows = QuoteVersion.objects.filter(quote__deal_id=deal.pk, state=QuoteState.DRAFT)
    waiting = rows.filter(approval__in=[Approval.ASKED, Approval.REFUSED]).select_related("quote").first()
    if deal.pk is None or waiting is None:
        return None
    return Missing(
        _("the approval of the discount of %(number)s") % {"number": waiting.quote.number}, _("under Quotes")
    )
