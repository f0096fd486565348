"""Templates are Jinja2: the same text costs a fifth of the time, and components are macros with named arguments.

Decision 0002 gives the measurements. Templates stand in `templates/` of their room.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import get_urlconf, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from siklus.platform.i18n.speaking import language, one_language

_globals: dict[str, Any] = {}
_filters: dict[str, Callable[..., Any]] = {}
_made: list[jinja2.Environment] = []  # those that what comes later must be told to


def template_global(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function callable from every template under its own name."""
    _globals[function.__name__] = function
    for env in _made:
        env.globals[function.__name__] = function
    return function


def template_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function a filter of every template under its own name."""
    _filters[function.__name__] = function
    for env in _made:
        env.filters[function.__name__] = function
    return function


class Templates(Jinja2):
    """Django's Jinja2 backend, looking into `templates/` of our own rooms only."""

    app_dirname = "templates"

    @cached_property
    def template_dirs(self) -> tuple[Path, ...]:  # type: ignore[override]
        return tuple(path for path in map(Path, super().template_dirs) if "siklus" in path.parts)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page; addresses do not change while a process lives, so most are found once."""
    return _url(get_urlconf(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _url(_urlconf: str | None, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)


class Template(jinja2.Template):
    """Macros are imported without context, and nothing adds to the globals of one page: one module serves all."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


_phrases: dict[tuple[str, str], Markup] = {}


def phrase(message: str, /, **values: Any) -> Markup:
    """A string of a template in the reader's language. Pages say hundreds, so those without values are kept."""
    if values:
        return Markup(gettext(message)) % values  # noqa: S704  (our own strings)
    key = (language(), message)
    kept = _phrases.get(key)
    if kept is None:
        kept = _phrases[key] = Markup(gettext(message)) % {}  # noqa: S704
    return kept


def environment(**options: Any) -> jinja2.Environment:
    """Build the environment: autoescape on, undefined names are errors, gettext in the new style."""
    options["undefined"] = jinja2.StrictUndefined
    env = jinja2.Environment(  # noqa: S701  (Django passes autoescape=True)
        **options,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.template_class = Template
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update({"gettext": phrase, "_": phrase, "url": url, "static": static, **_globals})
    env.filters.update(_filters)
    _made.append(env)
    return env


def jinja() -> jinja2.Environment:
    """The environment of this process."""
    return engines["siklus"].env  # type: ignore[attr-defined]


def render(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer with a page, or with a fragment: a template of its own, named with a leading underscore."""
    names = {**context, "request": request, "user": request.user}
    with one_language():
        return HttpResponse(jinja().get_template(template).render(names), status=status)
