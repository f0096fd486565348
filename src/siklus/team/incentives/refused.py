"""What this room refuses, and what the engine refuses, as one kind of refusal that pages, API and command show."""

from collections.abc import Iterator
from contextlib import contextmanager

from siklus.commission.problems import CommissionError
from siklus.records.fields.record import Refused


class CannotPay(Refused):
    """The plan, the period or the case cannot be as asked. `problems`: each with its place and remedy."""

    def __init__(self, message: str, *, field: str | None = None, problems: list[str] | None = None) -> None:
        super().__init__(message, field=field)
        self.problems = problems or [message]


@contextmanager
def engine_refusals(field: str | None = None) -> Iterator[None]:
    """What the engine refuses inside is refused as ours, with every problem."""
    try:
        yield
    except CommissionError as wrong:
        raise CannotPay("\n".join(wrong.problems), field=field, problems=wrong.problems) from None
