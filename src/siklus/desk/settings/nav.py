"""Our entries of the side navigation."""

from django.utils.translation import gettext_lazy as _

from siklus.platform.web.navigation import NavItem, register


def put_in() -> None:
    """Register the pages of today, products and settings."""
    register(
        NavItem(
            key="today", label=_("Today"), url_name="desk:today", icon="today", section="work", position=1,
            shortcut="g t",
        )
    )  # fmt: skip
    register(
        NavItem(
            key="activities", label=_("Activities"), url_name="desk:activities", icon="activity",
            section="work", position=40, shortcut="g a",
        )
    )  # fmt: skip
    register(
        NavItem(
            key="products", label=_("Products"), url_name="desk:products", icon="product", section="records",
            position=60, shortcut="g r",
        )
    )  # fmt: skip
    register(
        NavItem(
            key="settings", label=_("Settings"), url_name="desk:settings", icon="settings",
            section="settings", position=90, shortcut="g s",
        )
    )  # fmt: skip
