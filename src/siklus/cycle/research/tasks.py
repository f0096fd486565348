"""What the worker does for research: websites are read one after the other, beside everything else."""

from babel import Locale
from django.conf import settings
from django.utils import timezone

from siklus.cycle.research.actions import begin_reading, finish_reading
from siklus.cycle.research.models import WebsiteReading
from siklus.cycle.research.website.site import NoSiteOfTheirOwn, addresses_to_try
from siklus.cycle.research.website.visit import Visit, visit_site
from siklus.platform.installation.current import current
from siklus.platform.journal.record import through
from siklus.platform.web.outgoing import NotSent
from siklus.records.companies.models import Company

LANGUAGES = ("en", "id")  # in which people write the names of countries


def read_websites() -> int:
    """A round of the worker: read the website that is next; returns how many were read."""
    reading = begin_reading(at=timezone.now())
    if reading is None:
        return 0
    read(reading)
    return 1


def read(reading: WebsiteReading) -> WebsiteReading:
    """Visit the website of a reading whose turn was taken, and write what came of it."""
    try:
        visit = visit_site(
            addresses_to_try(reading.website), region=region_of(reading.company, reading.site),
            private_too=settings.WEBSITE_PRIVATE_HOSTS, pause=settings.WEBSITE_PAUSE,
        )  # fmt: skip
    except NotSent as error:  # it was written otherwise before
        visit = Visit("unreachable", {"why": error.why, "details": error.details})
    except NoSiteOfTheirOwn:
        visit = Visit("unreachable", {"why": "address", "details": {}})
    with through("job"):
        return finish_reading(reading=reading, visit=visit, at=timezone.now())


def region_of(company: Company, site: str) -> str:
    """The country of the company's numbers: as its field says, else its domain, else ours."""
    named = company.country.strip().casefold()
    ending = site.rpartition(".")[2].upper().replace("UK", "GB")
    for language in LANGUAGES if named else ():
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and named in {name.casefold(), code.casefold()}:
                return str(code)
    if len(ending) == 2 and ending in Locale("en").territories:
        return ending
    return current().country
