"""What tells people from machines without asking them: a field that nobody sees, the time that writing takes, a count."""

import secrets
from datetime import datetime, timedelta

from django.core import signing

TRAP = "website_address"  # hidden from people; machines fill in everything
LEAST = timedelta(seconds=3)
LONGEST = timedelta(hours=12)
WINDOW = timedelta(hours=1)
PER_ADDRESS = 10  # submissions of one address to one form in an hour
MAILS_A_DAY = 3  # to one address, by one form, while it does not confirm
_SALT = "siklus.web_form"
_CONFIRM = "siklus.web_form.confirm"
CONFIRM_WITHIN = timedelta(days=7)


class NoToken(ValueError):
    """The page was not ours, or it was open too long: it is shown again with what was typed."""


class TooFast(NoToken):
    """Nobody writes so fast."""


def new_token(form_id: int, at: datetime) -> str:
    """What a page carries: when it was shown, and a mark that is good for one submission."""
    return signing.dumps([form_id, int(at.timestamp()), secrets.token_urlsafe(12)], salt=_SALT)


def mark_in(token: str, form_id: int, at: datetime) -> str:
    """The mark of a page that was shown for this form long enough ago and not too long. Raises NoToken, TooFast."""
    try:
        form, shown, mark = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoToken from error
    spent = timedelta(seconds=at.timestamp() - shown)
    if form != form_id or spent > LONGEST:
        raise NoToken
    if spent < LEAST:
        raise TooFast
    return str(mark)


def confirm_token(submission_id: int) -> str:
    return signing.dumps(submission_id, salt=_CONFIRM)


def submission_in(token: str) -> int:
    """The submission of a link. Raises NoToken when it is no link of ours or older than a week."""
    try:
        return int(signing.loads(token, salt=_CONFIRM, max_age=CONFIRM_WITHIN))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoToken from error
