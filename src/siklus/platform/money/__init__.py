"""Money: amounts with their currency, and dated exchange rates into the installation's currency.

Nouns: Rate, AmountField. Verbs: set_rate. Questions: rate_on, in_base.
"""
