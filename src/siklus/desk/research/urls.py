from django.urls import URLPattern, path

from siklus.desk.research import competitors, dossier, on_deal, settings, website

urlpatterns: list[URLPattern] = [
    path("companies/<int:company_id>/dossier/", dossier.company_dossier, name="company_dossier"),
    path("companies/<int:company_id>/dossier/panel/", dossier.company_panel, name="company_dossier_panel"),
    path("companies/<int:company_id>/findings/new/", dossier.company_finding_new, name="company_finding_new"),
    path("companies/<int:company_id>/website/", website.reading, name="company_reading"),
    path("companies/<int:company_id>/website/read/", website.read, name="company_website_read"),
    path("findings/<int:finding_id>/take-over/", website.finding_take_over, name="finding_take_over"),
    path("companies/<int:company_id>/relevance/", dossier.relevance, name="relevance"),
    path("contacts/<int:contact_id>/dossier/", dossier.contact_dossier, name="contact_dossier"),
    path("contacts/<int:contact_id>/findings/new/", dossier.contact_finding_new, name="contact_finding_new"),
    path("findings/<int:finding_id>/withdraw/", dossier.finding_withdraw, name="finding_withdraw"),
    path("deals/<int:deal_id>/research/", on_deal.panel, name="deal_research"),
    path("deals/<int:deal_id>/research/<int:item_id>/", on_deal.tick_item, name="research_tick"),
    path("deals/<int:deal_id>/rivals/new/", on_deal.rival_new, name="rival_new"),
    path("deals/<int:deal_id>/rivals/<int:competitor_id>/", on_deal.rival_edit, name="rival_edit"),
    path("competitors/", competitors.competitors, name="competitors"),
    path("competitors/new/", competitors.competitor_new, name="competitor_new"),
    path("competitors/<int:competitor_id>/edit/", competitors.competitor_edit, name="competitor_edit"),
    path("competitors/<int:competitor_id>/retire/", competitors.competitor_retire, name="competitor_retire"),
    path("settings/research/", settings.checklists, name="settings_research"),
    path("settings/research/<int:pipeline_id>/items/new/", settings.item_new, name="research_item_new"),
    path("settings/research/<int:pipeline_id>/rule/", settings.rule, name="research_rule"),
    path("settings/research/<int:pipeline_id>/ready/", settings.ready, name="research_ready"),
    path("settings/research/items/<int:item_id>/", settings.item_edit, name="research_item_edit"),
    path("settings/research/items/<int:item_id>/retire/", settings.item_retire, name="research_item_retire"),
]
