"""The plan letter and the statement as PDF, in English or Indonesian. Nothing is fetched."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from siklus.cycle.closing.document.render import PACKAGES, DocumentsUnavailable, nothing
from siklus.platform.i18n.speaking import one_language
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import jinja
from siklus.team.incentives.models import PlanVersion
from siklus.team.incentives.statements import Sheet, state_word
from siklus.team.incentives.words import kind_name, plan_in_words

STYLE = Path(__file__).with_name("paper.css")


@lru_cache(maxsize=1)
def _style() -> str:
    return STYLE.read_text()


def letter_html(version: PlanVersion, language: str) -> str:
    """What a plan promises, in words."""
    names = {
        "version": version,
        "plan": version.plan,
        "document": version.document,
        "company": current().name,
    }
    return _html("incentives/letter.html", names, language, lambda: {"said": plan_in_words(version.document)})


def letter_pdf(version: PlanVersion, language: str) -> bytes:
    """Raises DocumentsUnavailable where the libraries that lay out text are not installed."""
    return _pdf(letter_html(version, language))


def statement_html(sheet: Sheet, language: str) -> str:
    names = {"sheet": sheet, "company": current().name, "kind_name": kind_name}
    return _html("incentives/statement.html", names, language, lambda: {"state": state_word(sheet)})


def statement_pdf(sheet: Sheet, language: str) -> bytes:
    """Raises DocumentsUnavailable where the libraries that lay out text are not installed."""
    return _pdf(statement_html(sheet, language))


def _html(template: str, names: dict[str, Any], language: str, more: Any) -> str:
    here = timezone.override(current().time_zone)
    with translation.override(language), here, one_language():
        return jinja().get_template(template).render(language=language, **names, **more())


def _pdf(html: str) -> bytes:
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as missing:
        text = _(
            "PDF needs libraries that this machine does not have. Install them: apt-get install %(packages)s"
        )
        raise DocumentsUnavailable(text % {"packages": PACKAGES}) from missing
    style = CSS(string=_style(), url_fetcher=nothing)
    written: bytes = HTML(string=html, base_url=None, url_fetcher=nothing).write_pdf(stylesheets=[style])
    return written
