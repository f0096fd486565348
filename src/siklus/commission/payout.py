"""The payout of a period: what the recovery limit lets take back, the draw, and the statement.

Deductions (clawbacks, negative corrections and adjustments, what was put off before, a draw taken back) together take at
most the plan's share of what the period pays; the rest is carried. The payout is never below 0.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from siklus.commission.ledger import ZERO, fingerprint, total
from siklus.commission.numbers import text
from siklus.commission.plan import Draw
from siklus.commission.settlement import Book
from siklus.commission.staff import Staff

PAYOUT_KINDS = frozenset({"carried", "draw_advance", "draw_recovery", "guarantee"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A person's period: the payout is the sum of its printed lines. Balances are those after the period.

    owed: advances of a draw not yet taken back; carried: deductions put off; held: earned and not payable yet;
    hash: over the period's lines
    """

    person: str
    earned: Decimal
    payout: Decimal
    withheld: Decimal
    held: Decimal
    owed: Decimal
    carried: Decimal
    hash: str


def pay_out(book: Book, people: list[str], staff: Staff) -> list[Statement]:
    """Posts the lines of the recovery limit and the draw for each person, and gives their statements."""
    found = []
    for person in people:
        gross, taken = _deduct(book, person)
        if book.plan.draw:
            _draw(book, book.plan.draw, person, gross, taken, staff)
        found.append(statement_of(book, person))
    return found


def _deduct(book: Book, person: str) -> tuple[Decimal, Decimal]:
    """What the period pays before deductions, and the deductions taken; what exceeds the limit is carried."""
    lines = [line for line in book.now(book.some(person=person)) if line.kind not in PAYOUT_KINDS]
    pays = [line for line in lines if line.kind not in ("clawback", "correction", "adjustment")]
    apart = [total(pays), total(line for line in lines if line.kind == "correction")]
    apart += [line.payable for line in lines if line.kind in ("clawback", "adjustment")]
    gross = sum((one for one in apart if one > 0), ZERO)
    due = -sum((one for one in apart if one < 0), ZERO)
    before = total(book.before(book.some("carried", person=person)))
    taken = min(due + before, _allowed(book, gross))
    book.settle(
        person, "", "carried", due - taken, formula="deductions − min(deductions + carried, limit × gross)",
        inputs={"gross": text(gross), "deductions": text(due), "carried_before": text(before),
                "limit": text(book.plan.max_recovery)},
    )  # fmt: skip
    return gross, taken


def _allowed(book: Book, gross: Decimal) -> Decimal:
    return book.plan.rounding.line(Fraction(gross) * book.plan.max_recovery)


def _draw(book: Book, draw: Draw, person: str, gross: Decimal, taken: Decimal, staff: Staff) -> None:
    runs = draw.until is None or book.period.first < draw.until
    there = staff.presence(person, book.period) if draw.prorate else 1
    amount = book.plan.rounding.line(draw.amount * there) if runs else ZERO
    net = gross - taken
    lacks = max(amount - net, ZERO)
    inputs = {"draw": text(amount), "gross": text(net)}
    if draw.type == "non_recoverable":
        book.settle(person, "", "guarantee", lacks, formula="max(draw, gross) − gross", inputs=inputs)
        return
    owed = total(book.before(book.some("draw_advance", "draw_recovery", person=person)))
    book.settle(person, "", "draw_advance", lacks, formula="max(0, draw − gross)", inputs=inputs)
    recover = ZERO
    if draw.recovery_from is None or book.period.first >= draw.recovery_from:
        most = book.plan.rounding.line(Fraction(max(net - amount, ZERO)) * draw.rate)
        recover = min(owed, most, _allowed(book, gross) - taken)
        if draw.maximum is not None:
            recover = min(recover, book.plan.rounding.line(draw.maximum))
    book.settle(
        person, "", "draw_recovery", -recover, formula="min(owed, recovery rate × max(0, gross − draw), limit)",
        inputs=inputs | {"owed": text(owed)},
    )  # fmt: skip


def statement_of(book: Book, person: str) -> Statement:
    """What the lines of a book say of a person after its period."""
    everything = book.some(person=person)
    now = book.now(everything)
    kept = [line for line in everything if line.key.split("|")[0] in ("cap", "plan_cap", "cap_release")]
    basic = [line for line in everything if line.kind not in PAYOUT_KINDS and line not in kept]
    money = {
        "earned": total(now, "earned"),
        "payout": total(now),
        "withheld": -total(kept),
        "held": total(basic, "earned") - total(basic),
        "owed": total(line for line in everything if line.kind in ("draw_advance", "draw_recovery")),
        "carried": total(line for line in everything if line.kind == "carried"),
    }
    rounded = {name: book.plan.rounding.line(Fraction(one)) for name, one in money.items()}
    return Statement(person, **rounded, hash=fingerprint(now))
