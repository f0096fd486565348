"""Ready plans to begin with. They are documents like any other, in the currency of the company, and can be changed."""

from django.utils.translation import gettext_lazy as _

from siklus.platform.installation.current import current
from siklus.platform.money.rates import places

FLAT = """\
plan: flat-rate
currency: {currency}
period: month
components:
  - id: commission
    type: tiered_rate
    rate: "0.05"
"""
TIERED = """\
plan: account-executive
currency: {currency}
period: month
components:
  - id: new-business
    type: tiered_rate
    measure: {{basis: cumulative_quarter}}
    quota: {{proration: days}}
    tiers:
      unit: attainment
      mode: marginal
      rows: [["0", "0.05"], ["1", "0.08"], ["1.5", "0.10"]]
    clawback: {{method: full, window_days: 90}}
payment:
  max_recovery_pct: 50
"""
TEAM = """\
plan: team-lead
currency: {currency}
period: month
components:
  - id: own-deals
    type: tiered_rate
    rate: "0.04"
  - id: team
    type: override
    rate: "0.01"
  - id: quota-bonus
    type: bonus
    unit: attainment
    stacking: highest
    thresholds: [["1", "{bonus}"], ["1.25", "{more}"]]
"""
DRAW = """\
plan: new-starter
currency: {currency}
period: month
components:
  - id: commission
    type: tiered_rate
    rate: "0.06"
payment:
  draw: {{type: recoverable, amount: "{draw}", recovery_pct: 50, prorate: true}}
"""
PLANS = {
    "flat": (_("One rate on everything"), FLAT),
    "tiered": (_("Tiers by attainment of the quota"), TIERED),
    "team": (_("Own deals, the team's deals, and a bonus"), TEAM),
    "draw": (_("One rate with an advance for new starters"), DRAW),
}


def ready_text(key: str) -> str:
    """The document of a ready plan. Raises KeyError."""
    whole = places(current().currency) == 0
    sums = (
        {"bonus": "5000000", "more": "9000000", "draw": "5000000"}
        if whole
        else {"bonus": "500", "more": "900", "draw": "1000"}
    )
    return PLANS[key][1].format(currency=current().currency, **sums)
