"""One run: is it so, may it, then step by step, all or nothing, and a line in the log whatever comes of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.desk.automations.conditions import base, not_so, read
from siklus.desk.automations.models import Automation, Run, RunState, Trace
from siklus.desk.pages.answers import REFUSALS
from siklus.platform.accounts.models import User
from siklus.platform.accounts.tell import tell
from siklus.platform.installation.current import current
from siklus.platform.journal.record import is_quiet, keeping, through
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import Occasion, step_named

logger = logging.getLogger(__name__)
DEEPEST = 3  # automations that may follow from one another
MOST_AN_HOUR = 10  # runs of one automation for one deal
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Stop(Exception):
    """The guard against loops; the text says why."""


class StepFailed(Exception):
    """A step refused; the steps before it are taken back."""


def chain_of(entry_id: int) -> list[int]:
    """The automations behind an entry, the first one first; nothing when a person is behind it."""
    trace = Trace.objects.select_related("run").filter(entry_id=entry_id).first()
    return [*trace.run.chain, trace.run.automation_id] if trace else []


def run_for(
    automation: Automation, deal_id: int, *, key: str, at: datetime, entry_id: int | None = None
) -> Run | None:
    """Run an automation for a deal on one occasion. None when that happened already."""
    if Run.objects.filter(automation=automation, key=key).exists():
        return None
    chain = chain_of(entry_id) if entry_id else []
    run = Run(
        automation=automation,
        key=key,
        deal_id=deal_id,
        entry_id=entry_id,
        chain=chain,
        at=at,
        state=RunState.DONE,
    )
    with speaking():
        try:
            with transaction.atomic():
                run.save(force_insert=True)
                _decide(run, automation, at)
                run.save()
        except IntegrityError:
            if Run.objects.filter(automation=automation, key=key).exists():
                return None  # another worker was faster
            raise
    return run


@contextmanager
def speaking() -> Iterator[None]:
    """Logs are written in the company's language and time, and what is changed says that nobody did it by hand."""
    here = current()
    with override(here.language), timezone.override(here.time_zone), through("auto", quiet=is_quiet()):
        yield


def _decide(run: Run, automation: Automation, at: datetime) -> None:
    try:
        owner = _owner_of(automation)
        deal = base(automation, owner).select_related("owner").filter(pk=run.deal_id or 0).first()
        if deal is None:
            run.state, run.why = RunState.NOT_SO, _("It is not among what this automation looks at.")
            return
        made = read(automation.conditions, owner, at)
        if made.problems:
            run.state, run.why = RunState.FAILED, " ".join(made.problems)[:500]
            return
        if wrong := not_so(automation, made, owner, deal):
            run.state, run.why = RunState.NOT_SO, (_("Not so: %(what)s") % {"what": "; ".join(wrong)})[:500]
            return
        _guard(run, automation, at)
        _take_steps(run, automation, deal, at)
    except Stop as stop:
        run.state, run.why = RunState.STOPPED, str(stop)
        _tell_owner(run, automation, at)
    except StepFailed as failure:
        run.state, run.why = RunState.FAILED, str(failure)[:500]


def _owner_of(automation: Automation) -> User:
    owner = automation.owner
    if owner is None or not owner.is_active:
        raise StepFailed(_("Its owner does not work here any more. Give it to somebody."))
    return owner


def _guard(run: Run, automation: Automation, at: datetime) -> None:
    """Raises Stop when this run would go round in circles."""
    if automation.pk in run.chain:
        raise Stop(_("Stopped: what this automation did would start it again."))
    if len(run.chain) >= DEEPEST:
        raise Stop(
            _("Stopped: %(count)s automations followed from one another already.") % {"count": DEEPEST}
        )
    lately = Run.objects.filter(
        automation=automation,
        deal_id=run.deal_id,
        at__gt=at - HOUR,
        state__in=[RunState.DONE, RunState.FAILED],
    ).exclude(pk=run.pk)
    if lately.count() >= MOST_AN_HOUR:
        text = _("Stopped: it ran %(count)s times for this deal within an hour.")
        raise Stop(text % {"count": MOST_AN_HOUR})


def _take_steps(run: Run, automation: Automation, deal: Deal, at: datetime) -> None:
    occasion = Occasion(at, automation.pk, automation.name, run.entry_id)
    results: list[dict[str, Any]] = []
    try:
        with transaction.atomic(), keeping() as entries:
            for one in automation.steps:
                known = step_named(one["step"])
                results.append(
                    {"said": known.said(one["values"]) if known else one["step"], "ok": False, "error": ""}
                )
                if known is None:
                    raise StepFailed(_("This step is not offered any more."))
                deal = Deal.objects.select_related("owner", "stage").get(pk=deal.pk)
                known.do(deal, one["values"], occasion)
                results[-1]["ok"] = True
            Trace.objects.bulk_create([Trace(entry_id=entry_id, run=run) for entry_id in entries])
    except OperationalError:
        raise  # the database is busy: the whole run is told again
    except (*REFUSALS, ObjectDoesNotExist, StepFailed) as refusal:
        _note_failure(run, results, str(refusal))
    except Exception as error:
        logger.exception("the automation %s failed", automation.pk)
        _note_failure(run, results, type(error).__name__)
    else:
        run.results = results


def _note_failure(run: Run, results: list[dict[str, Any]], error: str) -> None:
    """Say which step it was; those before it did not happen either."""
    for one in results:
        one["ok"] = False
    results[-1]["error"] = error[:300]
    run.results = results
    raise StepFailed(error)


def _tell_owner(run: Run, automation: Automation, at: datetime) -> None:
    """Once a day is enough."""
    before = Run.objects.filter(automation=automation, state=RunState.STOPPED, at__gt=at - DAY).exclude(
        pk=run.pk
    )
    if automation.owner is not None and not before.exists():
        with override(automation.owner.language):
            tell(
                automation.owner,
                _("The automation “%(name)s” was stopped") % {"name": automation.name},
                _("%(why)s Look at its log under Settings, Automations.") % {"why": run.why},
            )
