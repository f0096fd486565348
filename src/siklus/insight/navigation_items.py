from django.utils.translation import gettext_lazy as _

from siklus.platform.web.navigation import NavItem, name_section, register

name_section("insight", _("Insight"))
register(
    NavItem(
        key="dashboard",
        label=_("Dashboard"),
        url_name="insight:dashboard",
        icon="dashboard",
        section="insight",
        position=10,
        shortcut="g b",
    )
)
register(
    NavItem(
        key="win_loss",
        label=_("Win and loss"),
        url_name="insight:win_loss",
        icon="won",
        section="insight",
        position=30,
    )
)
register(
    NavItem(
        key="close_rate",
        label=_("Close rate"),
        url_name="insight:close_rate",
        icon="chart",
        section="insight",
        position=20,
    )
)
register(
    NavItem(
        key="first_response",
        label=_("First response"),
        url_name="insight:first_response",
        icon="clock",
        section="insight",
        position=40,
    )
)
register(
    NavItem(
        key="calculators",
        label=_("Calculators"),
        url_name="insight:calculators",
        icon="money",
        section="insight",
        position=80,
    )
)
register(
    NavItem(
        key="reports",
        label=_("Reports"),
        url_name="insight:reports",
        icon="chart",
        section="insight",
        position=12,
        shortcut="g j",
    )
)
