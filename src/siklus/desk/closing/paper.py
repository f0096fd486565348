"""A version of a quote as its buyer sees it on a screen: in its own language, whoever looks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone, translation
from markupsafe import Markup

from siklus.cycle.closing.models import Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.platform.i18n.speaking import one_language
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import jinja


@dataclass(frozen=True, slots=True)
class Shown:
    """The word, the tone and the icon of a state."""

    label: str
    tone: str
    icon: str


def state_of(version: QuoteVersion, today: date) -> Shown:
    """Where a version stands, for people."""
    if version.has_expired(today):
        return Shown(translation.gettext("Expired"), "warn", "clock")
    tones = {
        QuoteState.DRAFT: ("", "edit"), QuoteState.SENT: ("brand", "export"),
        QuoteState.ACCEPTED: ("good", "check"), QuoteState.DECLINED: ("bad", "x"),
        QuoteState.SUPERSEDED: ("", "history"), QuoteState.WITHDRAWN: ("", "undo"),
    }  # fmt: skip
    tone, icon = tones[QuoteState(version.state)]
    return Shown(str(QuoteState(version.state).label), tone, icon)


def paper(quote: Quote, version: QuoteVersion, lines: list[QuoteLine], today: date) -> Markup:
    """The document as part of a page."""
    names: dict[str, Any] = {
        "quote": quote, "version": version, "lines": lines, "dated": version.sent_at or today,
        "has_discounts": any(line.percent for line in lines),
    }  # fmt: skip
    here = timezone.override(current().time_zone)
    with translation.override(version.language), here, one_language():
        return Markup(jinja().get_template("desk/closing/_paper.html").render(names))  # noqa: S704
