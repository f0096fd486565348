from django.urls import URLPattern, path

from siklus.desk.verbs import create, deals, edit, pick
from siklus.desk.verbs.properties import FOLDERS

urlpatterns: list[URLPattern] = [
    path("deals/<int:deal_id>/move/", deals.move, name="deal_move"),
    path("deals/<int:deal_id>/win/", deals.win, name="deal_win"),
    path("deals/<int:deal_id>/lose/", deals.lose, name="deal_lose"),
    path("deals/<int:deal_id>/reopen/", deals.reopen, name="deal_reopen"),
    path("deals/<int:deal_id>/qualify/", deals.qualify, name="deal_qualify"),
    path("deals/<int:deal_id>/assign/", deals.assign, name="deal_assign"),
    path("deals/<int:deal_id>/tags/", deals.tags, name="deal_tags"),
    *[
        path(f"{folder}/<int:record_id>/edit/<str:field>/", edit.edit, {"kind": kind}, name=f"{kind}_edit")
        for kind, folder in FOLDERS.items()
    ],
    *[
        path(
            f"{folder}/<int:record_id>/property/<str:field>/",
            edit.show_property,
            {"kind": kind},
            name=f"{kind}_property",
        )
        for kind, folder in FOLDERS.items()
    ],
    path("leads/new/", create.lead_new, name="lead_new"),
    path("deals/new/", create.deal_new, name="deal_new"),
    path("companies/new/", create.company_new, name="company_new"),
    path("contacts/new/", create.contact_new, name="contact_new"),
    path("duplicates/", create.duplicates, name="duplicates"),
    path("pick/companies/", pick.companies, name="pick_companies"),
    path("pick/contacts/", pick.contacts, name="pick_contacts"),
    path("pick/deals/", pick.deals, name="pick_deals"),
    path("pick/users/", pick.users, name="pick_users"),
]
