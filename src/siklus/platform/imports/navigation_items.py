from django.utils.translation import gettext_lazy as _

from siklus.platform.web.navigation import NavItem, register

register(
    NavItem(
        key="imports",
        label=_("Imports"),
        url_name="imports:imports",
        icon="import",
        section="settings",
        position=10,
        roles=("operations", "admin", "marketing"),
    )
)
