"""What to prepare and what to show."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from siklus.cycle.demos.actions.booking import MOST_ITEMS
from siklus.cycle.demos.actions.shared import CannotChangeDemo, locked, mentions
from siklus.cycle.demos.facts import DemoPrepared
from siklus.cycle.demos.models import Demo, DemoItem
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record


@transaction.atomic
def add_item(*, demo: Demo, part: str, text: str, by: User | None, at: datetime) -> DemoItem:
    """One more thing to prepare or to show."""
    demo = locked(demo, None)
    if part not in DemoItem.Part.values:
        raise CannotChangeDemo(_("“%(name)s” is no part of a demo.") % {"name": part}, field="part")
    line = " ".join(text.split())
    if not line or len(line) > 300:
        raise CannotChangeDemo(_("Write what it is, in at most 300 letters."), field="text")
    rows = DemoItem.objects.filter(demo=demo, part=part)
    if rows.count() >= MOST_ITEMS:
        raise CannotChangeDemo(_("At most %(count)s of these.") % {"count": MOST_ITEMS}, field="text")
    last = rows.aggregate(last=Max("position"))["last"]
    return DemoItem.objects.create(demo=demo, part=part, text=line, position=0 if last is None else last + 1)


@transaction.atomic
def tick_item(*, item: DemoItem, is_done: bool, by: User | None, at: datetime) -> DemoItem:
    """It is prepared or was shown, or is not after all. With the last one prepared the journal says so."""
    demo = locked(item.demo, None)
    item = DemoItem.objects.get(pk=item.pk)
    if (item.done_at is not None) == is_done:
        return item
    item.done_at, item.done_by = (at, by) if is_done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    waits = DemoItem.objects.filter(demo=demo, part=DemoItem.Part.PREPARE, done_at=None)
    if is_done and item.part == DemoItem.Part.PREPARE and not waits.exists():
        fact = DemoPrepared(demo=demo.pk, deal=demo.deal_id, type=demo.type.name)
        record(fact, by=by, at=at, mentions=mentions(demo.deal))
    return item


@transaction.atomic
def drop_item(*, item: DemoItem, by: User | None, at: datetime) -> None:
    """It is not needed."""
    locked(item.demo, None)
    item.delete()
