"""Closing: quotes with their prices, discounts and taxes, and what the buyer says to them.

Nouns: Quote, QuoteVersion, QuoteLine, TaxRate, DiscountLimit, QuoteSettings, QuoteRule. Verbs: draft_quote, edit_quote,
ask_approval, approve_discount, refuse_discount, send_quote, withdraw_quote, accept_quote, decline_quote; set_tax_rate,
set_discount_limits, change_quote_settings, set_quote_rule. Facts: quote.*, tax_rate.set, discount_limits.set …
Door: quote_for(user, id), which follows the deal; version_behind(secret) for the buyer.
The arithmetic stands in reckoning.py and knows no database (decision 0013).
"""
