"""What came of a visit to a website, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.cycle.research.models import WebsiteReading
from siklus.platform.web.outgoing import sentence


def outcome_of(reading: WebsiteReading) -> str:
    """One sentence, with the remedy where there is one."""
    if reading.state == WebsiteReading.State.WAITING:
        return _("Their website is read as soon as its turn comes.")
    if reading.state == WebsiteReading.State.READING:
        return _("Their website is being read …")
    pages = sum(one["outcome"] == "read" for one in reading.pages)
    if reading.outcome == "read":
        read = ngettext("%(num)s page read", "%(num)s pages read", pages) % {"num": pages}
        if not reading.values:
            return _("%(read)s, nothing new.") % {"read": read}
        values = ngettext("%(num)s new value", "%(num)s new values", reading.values) % {"num": reading.values}
        return _("%(read)s, %(values)s.") % {"read": read, "values": values}
    if reading.outcome == "nothing":
        return _("The website tells nothing that we could read. Perhaps it is made by scripts alone.")
    return why_not(reading.outcome, reading.details)


def why_not(outcome: str, details: dict[str, Any]) -> str:
    """Why a website or one of its pages was not read."""
    match outcome:
        case "robots":
            return (
                _("%(host)s asks programs not to read it (robots.txt). Look yourself and note what you find.")
                % details
            )
        case "closed":
            return (
                _(
                    "%(host)s does not say whether programs may read it; its server has trouble. Try again later."
                )
                % details
            )
        case "unreachable":
            return sentence(details["why"], details["details"])
        case "status":
            return _("The website answered with error %(status)s. Is its address right?") % details
        case "no_page":
            return _("This is no page but %(media_type)s.") % details
        case "moved":
            return (
                _(
                    "The website sends on to %(host)s. If that is theirs, write it into the field Website and read it "
                    "again."
                )
                % details
            )
        case "broken_off":
            return _("The reading was broken off twice. Ask again.")
    return outcome
