"""Commission as a library of its own: plan, events, people and rates in, ledger lines out. Without Django.

plan         what a plan may say, as types; `plan_reader` reads and checks the document
expressions  the three places for formulas: who is eligible, a derived amount, a weight
inputs       events, people and exchange rates from CSV
credits      who is credited with what, in the plan's currency; whose manager somebody was on a day
tables       tiers: marginal, retroactive, interpolated
quotas       quota of a window of days: effective-dated, seasonal, ramped, prorated
earnings     what each component earns in a period, from nothing: the same inputs always give the same lines
settlement   releases, clawbacks, caps carried, the draw and the recovery limit, from the ledger
contract_costs  what a contract cost to win, as an asset over its months
calculation  `calculate`: the earnings of a period beside what the ledger holds, and the difference as new lines
"""
