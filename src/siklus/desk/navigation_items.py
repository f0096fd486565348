"""What the desk puts into the side navigation and the + New menu."""

from django.utils.translation import gettext_lazy as _

from siklus.platform.web.navigation import NavItem, NewItem, name_section, register, register_new

WORKERS = ("rep", "manager", "marketing", "success", "operations", "admin")

register(
    NavItem(key="leads", label=_("Leads"), url_name="desk:leads", icon="lead", position=20, shortcut="g l")
)
register(
    NavItem(key="deals", label=_("Deals"), url_name="desk:deals", icon="deal", position=30, shortcut="g d")
)
register(
    NavItem(key="mail", label=_("E-mail"), url_name="desk:mail", icon="email", position=42, shortcut="g m")
)
register(
    NavItem(
        key="chats", label=_("WhatsApp"), url_name="desk:chats", icon="whatsapp", position=42, roles=WORKERS,
    )
)  # fmt: skip
register(
    NavItem(
        key="sequences", label=_("Sequences"), url_name="desk:sequences", icon="list", position=43, roles=WORKERS,
    )
)  # fmt: skip
register(
    NavItem(
        key="demos", label=_("Demos"), url_name="desk:demos", icon="calendar", position=44, shortcut="g e"
    )
)
register(
    NavItem(
        key="objections", label=_("Objections"), url_name="desk:objections", icon="objection", position=45,
        shortcut="g k",
    )
)  # fmt: skip
register(
    NavItem(key="quotes", label=_("Quotes"), url_name="desk:quotes", icon="file", position=46, shortcut="g q")
)
register(
    NavItem(
        key="companies", label=_("Companies"), url_name="desk:companies", icon="company", section="records",
        position=10, shortcut="g o",
    )
)  # fmt: skip
register(
    NavItem(
        key="contacts", label=_("Contacts"), url_name="desk:contacts", icon="contact", section="records",
        position=20, shortcut="g p",
    )
)  # fmt: skip
register(
    NavItem(
        key="competitors", label=_("Competitors"), url_name="desk:competitors", icon="flag", section="records",
        position=65,
    )
)  # fmt: skip
register(
    NavItem(
        key="duplicates", label=_("Duplicates"), url_name="desk:possible_duplicates", icon="merge",
        section="records", position=70, roles=WORKERS,
    )
)  # fmt: skip
register(
    NavItem(
        key="targets", label=_("Targets"), url_name="desk:targets", icon="flag", section="insight", position=15,
        shortcut="g y",
    )
)  # fmt: skip
name_section("team", _("Team"))
register(
    NavItem(
        key="my_pay", label=_("My pay"), url_name="desk:my_pay", icon="money", section="team", position=10,
    )
)  # fmt: skip
register(
    NavItem(
        key="incentive_periods", label=_("Pay periods"), url_name="desk:incentive_periods", icon="calendar",
        section="team", position=20, roles=("operations", "admin"),
    )
)  # fmt: skip
register(
    NavItem(
        key="incentive_plans", label=_("Commission plans"), url_name="desk:incentive_plans", icon="file",
        section="team", position=30, roles=("operations", "admin"),
    )
)  # fmt: skip
for position, (key, label, icon) in enumerate(
    (
        ("lead", _("Lead"), "lead"),
        ("deal", _("Deal"), "deal"),
        ("company", _("Company"), "company"),
        ("contact", _("Contact"), "contact"),
    )
):
    register_new(
        NewItem(
            key=key, label=label, url_name=f"desk:{key}_new", icon=icon, position=10 + position, roles=WORKERS
        )
    )
