"""What every template may call: icons, formats, and what a page says about its visitor."""

import zlib
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from markupsafe import Markup, escape

from siklus.platform.i18n import formats
from siklus.platform.i18n.speaking import language
from siklus.platform.web import charts, navigation
from siklus.platform.web.jinja import template_filter, template_global

COLOURS = (
    "slate", "red", "orange", "amber", "lime", "green",
    "teal", "sky", "blue", "indigo", "purple", "pink",
)  # fmt: skip

for written in (
    formats.money, formats.number, formats.percent, formats.day, formats.moment,
    formats.time_of_day, formats.weekday, formats.ago, formats.days, formats.duration, formats.file_size,
):  # fmt: skip
    template_filter(written)

for helper in (
    charts.bar_layout, charts.line_layout, charts.row_layout, charts.funnel_layout, charts.spark_layout,
    navigation.items_for, navigation.new_items_for,
):  # fmt: skip
    template_global(helper)


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("web/icons.svg")


@template_global
@lru_cache(maxsize=512)
def icon(name: str, label: str | None = None) -> Markup:
    """A picture of the sprite; with a label it speaks, without it is silent."""
    speech = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    return Markup('<svg class="icon"{}><use href="{}#{}"/></svg>').format(speech, _sprite(), name)


@template_filter
@lru_cache(maxsize=4096)
def host(address: str) -> str:
    """The name of the site of an address, as people say it."""
    try:
        name = urlsplit(address).hostname or address
    except ValueError:
        name = address
    return name.removeprefix("www.")


@template_filter
@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Two letters that stand for a name."""
    words = [word for word in str(name).replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@template_filter
@lru_cache(maxsize=4096)
def colour_of(name: str) -> str:
    """Always the same colour of the palette for the same name."""
    return COLOURS[1 + zlib.crc32(str(name).encode()) % (len(COLOURS) - 1)]


@template_global
@lru_cache(maxsize=4096)
def small_face(name: str) -> Markup:
    """Somebody's initials on a card; few people own many cards."""
    return Markup(
        '<span class="face" data-size="small" data-colour="{}" role="img" aria-label="{}" title="{}">{}</span>'
    ).format(colour_of(name), name, name, initials(name))


@template_global
@lru_cache(maxsize=4096)
def person_cell(name: str) -> Markup:
    """Somebody in a cell of a list."""
    return Markup(
        '<span class="person"><span class="face" data-size="small" data-colour="{}" aria-hidden="true">{}</span>'
        '<span class="truncate">{}</span></span>'
    ).format(colour_of(name), initials(name), name)


@template_global
@lru_cache(maxsize=4096)
def tag_cell(label: str, colour: str) -> Markup:
    """A coloured word in a cell of a list."""
    return Markup('<span class="tag" data-colour="{}"><span>{}</span></span>').format(colour, label)


@template_filter
def in_unit(value: Any, unit: str = "", compact: bool = False) -> str:
    """A value in the unit of a chart: a currency, `percent`, `days`, or a plain number."""
    if unit == "percent":
        return formats.percent(value, 0 if value is None or abs(value) >= 0.1 or not value else 1)
    if unit == "days":
        return formats.days(round(value)) if value is not None else ""
    if len(unit) == 3 and unit.isupper():
        return formats.money(value, unit, compact=compact)
    return formats.number(value, compact=compact and value is not None and abs(value) >= 100_000)


@template_global
def csrf_token(request: HttpRequest | None) -> str:
    return get_token(request) if request is not None else ""


@template_global
def csrf_field(request: HttpRequest | None) -> Markup:
    """The hidden field that a POST form needs; our script adds the header to htmx requests."""
    if request is None:
        return Markup("")
    written: Markup | None = getattr(request, "_csrf_field", None)
    if written is None:
        field = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">')
        written = request._csrf_field = field.format(get_token(request))  # type: ignore[attr-defined]
    return written


template_global(language)


@template_global
def languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


@template_global
def colours() -> tuple[str, ...]:
    return COLOURS


@template_global
def theme_of(user: Any) -> str:
    """`light`, `dark`, or nothing to follow the system."""
    theme = getattr(user, "theme", "")
    return theme if theme in ("light", "dark") else ""


@template_global
def name_of(user: Any) -> str:
    if getattr(user, "is_authenticated", False):
        return str(user.name)
    return ""


@template_global
def messages_of(request: HttpRequest) -> list[Any]:
    return list(get_messages(request))


@template_global
def with_query(request: HttpRequest, **changes: Any) -> str:
    """This page's address with some of its parameters changed; `None` removes one."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(v) for v in value])
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@template_global
def widget_kind(bound: Any) -> str:
    """`tick` for one checkbox, `set` for a group of choices, else `plain`."""
    control = bound.field.widget
    if getattr(control, "use_fieldset", False):
        return "set"
    single = getattr(control, "input_type", "") == "checkbox"
    return "tick" if single else "plain"


@template_global
def widget(bound: Any, described_by: str = "") -> Markup:
    """The control of a form's field, told about its help and its errors."""
    attributes = {"class": " ".join(filter(None, ("control", bound.field.widget.attrs.get("class"))))}
    if getattr(bound.field.widget, "input_type", "") in ("checkbox", "radio"):
        attributes["class"] = "tick"
    if described_by:
        attributes["aria-describedby"] = described_by
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return Markup(bound.as_widget(attrs=attributes))  # noqa: S704  (Django has escaped it)


@template_filter
def mark(text: str, wanted: str) -> Markup:
    """Show where a text matches what was searched."""
    at = text.lower().find(wanted.lower()) if wanted else -1
    if at < 0:
        return escape(text)
    end = at + len(wanted)
    return Markup("{}<mark>{}</mark>{}").format(text[:at], text[at:end], text[end:])
