from siklus.team.incentives.actions.cases import (
    answer_dispute,
    ask_adjustment,
    decide_adjustment,
    raise_dispute,
    settle_dispute,
)
from siklus.team.incentives.actions.deals import Share, note_pay_event, share_credit
from siklus.team.incentives.actions.periods import (
    approve_period,
    digest_now,
    lock_period,
    post_period,
    start_review,
)
from siklus.team.incentives.actions.plans import (
    add_plan,
    add_version,
    clone_plan,
    end_assignment,
    put_on_plan,
    retire_plan,
    set_pay_rule,
)

__all__ = [
    "Share",
    "add_plan",
    "add_version",
    "answer_dispute",
    "approve_period",
    "ask_adjustment",
    "clone_plan",
    "decide_adjustment",
    "digest_now",
    "end_assignment",
    "lock_period",
    "note_pay_event",
    "post_period",
    "put_on_plan",
    "raise_dispute",
    "retire_plan",
    "set_pay_rule",
    "settle_dispute",
    "share_credit",
    "start_review",
]
