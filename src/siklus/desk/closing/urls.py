from django.urls import URLPattern, path

from siklus.desk.closing import editor, prices, public, quotes, reviews, rules, settings

urlpatterns: list[URLPattern] = [
    path("quotes/", quotes.quotes, name="quotes"),
    path("deals/<int:deal_id>/quotes/", quotes.panel, name="deal_quotes"),
    path("deals/<int:deal_id>/quotes/new/", quotes.quote_new, name="quote_new"),
    path("quotes/<int:quote_id>/", quotes.quote, name="quote"),
    path("quotes/<int:quote_id>/edit/", editor.edit, name="quote_edit"),
    path("quotes/<int:quote_id>/send/", quotes.quote_send, name="quote_send"),
    path("quotes/<int:quote_id>/ask/", quotes.quote_ask, name="quote_ask"),
    path("quotes/<int:quote_id>/approve/", quotes.quote_approve, name="quote_approve"),
    path("quotes/<int:quote_id>/refuse/", quotes.quote_refuse, name="quote_refuse"),
    path("quotes/<int:quote_id>/withdraw/", quotes.quote_withdraw, name="quote_withdraw"),
    path("quotes/<int:quote_id>/answer/", quotes.quote_answer, name="quote_answer"),
    path("quotes/<int:quote_id>/versions/<int:number>/pdf/", public.quote_pdf, name="quote_pdf"),
    path("q/<str:secret>/", public.page, name="quote_public"),
    path("q/<str:secret>/pdf/", public.page_pdf, name="quote_public_pdf"),
    path("products/prices/", prices.price_book, name="price_book"),
    path("products/<int:product_id>/prices/new/", prices.price_new, name="price_new"),
    path("deals/<int:deal_id>/review/panel/", reviews.deal_review, name="deal_review"),
    path("deals/<int:deal_id>/review/", reviews.review_edit, name="review_edit"),
    path("deals/<int:deal_id>/ahead/", rules.deal_ahead, name="deal_ahead"),
    path("settings/rules/", rules.rules, name="settings_rules"),
    path("settings/rules/<int:pipeline_id>/new/", rules.rule_new, name="rule_new"),
    path("settings/rules/<int:rule_id>/remove/", rules.rule_remove, name="rule_remove"),
    path("settings/quotes/", settings.quotes, name="settings_quotes"),
    path("settings/quotes/words/", settings.words, name="quote_words"),
    path("settings/quotes/tax/", settings.tax, name="quote_tax"),
    path("settings/quotes/limits/", settings.discount_limits, name="quote_limits"),
    path("settings/quotes/rules/<int:pipeline_id>/", settings.rule, name="quote_rule"),
]
