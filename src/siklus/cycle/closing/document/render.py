"""HTML into PDF. Nothing is fetched: whatever a text of a quote says, no address is opened and no file read."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from siklus.cycle.closing.models import Quote, QuoteVersion
from siklus.cycle.closing.queries import lines_of
from siklus.platform.i18n.speaking import one_language
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import jinja
from siklus.records.fields.record import Refused

STYLE = Path(__file__).with_name("quote.css")
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class DocumentsUnavailable(Refused):
    """This machine lacks what writes PDF; the text says what to install."""


def nothing(url: str, *_args: Any, **_kwargs: Any) -> Any:
    """The fetcher of our documents: it fetches nothing."""
    raise ValueError(f"a document opens no address: {url[:80]}")


@lru_cache(maxsize=1)
def _style() -> str:
    return STYLE.read_text()


def html_of(quote: Quote, version: QuoteVersion) -> str:
    """The document before it is laid out."""
    lines = lines_of(version)
    names = {
        "quote": quote, "version": version, "lines": lines, "dated": version.sent_at or version.edited_at,
        "has_discounts": any(line.percent for line in lines),
    }  # fmt: skip
    here = timezone.override(current().time_zone)
    with translation.override(version.language), here, one_language():
        return jinja().get_template("closing/document.html").render(names)


def pdf_of(quote: Quote, version: QuoteVersion) -> bytes:
    """Raises DocumentsUnavailable where the libraries that lay out text are not installed."""
    return _writer()(html_of(quote, version))


def _writer() -> Callable[[str], bytes]:
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as missing:
        raise DocumentsUnavailable(
            _(
                "PDF needs libraries that this machine does not have. Install them: apt-get install %(packages)s"
            )
            % {"packages": PACKAGES}
        ) from missing

    def write(html: str) -> bytes:
        style = CSS(string=_style(), url_fetcher=nothing)
        written: bytes = HTML(string=html, base_url=None, url_fetcher=nothing).write_pdf(stylesheets=[style])
        return written

    return write


def file_name(quote: Quote, version: QuoteVersion) -> str:
    """A name that every system takes."""
    number = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in quote.number)
    return f"{number}-v{version.number}.pdf" if version.number > 1 else f"{number}.pdf"
