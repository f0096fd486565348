"""What people earn: commission plans, the periods they are paid by, and a ledger that only grows.

Nouns: CommissionPlan, PlanVersion, Assignment, PayPeriod, Run, LedgerLine, CreditShare, PayEvent, Adjustment, Dispute.
Verbs: add_plan, add_version, put_on_plan, end_assignment; share_credit, note_pay_event; post_period, start_review,
approve_period, lock_period; ask_adjustment, decide_adjustment; raise_dispute, answer_dispute, settle_dispute.
Facts: commission_plan.*, pay_period.*, pay_adjustment.*, pay_dispute.*, deal.credit_shared, deal.pay_event_noted.
Doors: plan_for, period_for, statement_for, line_for. The engine is `siklus.commission`; this room keeps what it is given
and what it found. Who sees whose pay: oneself, operations, and managers those beneath them where operations allowed it.
"""
