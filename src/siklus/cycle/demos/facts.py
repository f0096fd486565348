from datetime import datetime

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("demo.booked", about="demo")
class DemoBooked(Fact):
    sentence = _("booked a demo: %(type)s")
    icon = "calendar"
    demo: int
    deal: int
    type: str
    host: int
    starts_at: datetime
    minutes: int


@declare("demo.moved", about="demo")
class DemoMoved(Fact):
    sentence = _("moved the demo: %(type)s")
    icon = "calendar"
    demo: int
    deal: int
    type: str
    host: int
    old_starts_at: datetime
    starts_at: datetime
    minutes: int


@declare("demo.cancelled", about="demo")
class DemoCancelled(Fact):
    sentence = _("cancelled the demo: %(type)s")
    icon = "x"
    personal = ("note",)
    demo: int
    deal: int
    type: str
    note: str


@declare("demo.held", about="demo")
class DemoHeld(Fact):
    """`interest` from 1 to 5, as the host saw it."""

    sentence = _("held a demo: %(type)s, interest %(interest)s of 5")
    icon = "check"
    personal = ("tried", "questions", "next_step", "note")
    demo: int
    deal: int
    type: str
    interest: int
    tried: str
    questions: str
    next_step: str
    note: str


@declare("demo.missed", about="demo")
class DemoMissed(Fact):
    sentence = _("waited in vain at the demo: %(type)s")
    icon = "alert"
    personal = ("note",)
    demo: int
    deal: int
    type: str
    note: str


@declare("demo.estimated", about="demo")
class ChanceEstimated(Fact):
    """The host's own estimate right after, in per cent; what happens to the deal is compared with it later."""

    sentence = _("estimated the chance after the demo at %(percent)s %%")
    icon = "forecast"
    demo: int
    deal: int
    percent: int


@declare("demo.prepared", about="demo")
class DemoPrepared(Fact):
    sentence = _("prepared everything for the demo: %(type)s")
    icon = "check"
    demo: int
    deal: int
    type: str


@declare("demo_type.added", about="demo_type")
class DemoTypeAdded(Fact):
    sentence = _("added the type of demo %(title)s")
    icon = "plus"
    demo_type: int
    title: str
    format: str


@declare("demo_type.changed", about="demo_type")
class DemoTypeChanged(Fact):
    sentence = _("changed the type of demo %(title)s")
    icon = "edit"
    demo_type: int
    title: str
    changes: tuple[Change, ...]


@declare("demo_type.retired", about="demo_type")
class DemoTypeRetired(Fact):
    sentence = _("retired the type of demo %(title)s")
    icon = "x"
    demo_type: int
    title: str


@declare("demo_rule.set", about="pipeline")
class DemoRuleSet(Fact):
    sentence = _("decided whether deals need a demo before they are closed")
    icon = "lock"
    pipeline: int
    is_demanded: bool


@declare("demo.invited", about="demo")
class DemoInvited(Fact):
    """`sequence` counts the versions that the guest has: 0 is the invitation, more are changes of it."""

    sentence = _("sent the guest what holds for the demo: %(type)s")
    icon = "email"
    demo: int
    deal: int
    type: str
    contact: int
    sequence: int


@declare("demo.answered", about="demo")
class DemoAnswered(Fact):
    """`reply` is accepted, declined or tentative."""

    sentence = _("the guest answered the invitation: %(reply)s")
    icon = "calendar"
    personal = ("note",)
    demo: int
    deal: int
    type: str
    contact: int
    reply: str
    note: str


@declare("demo.reminded", about="demo")
class DemoReminded(Fact):
    sentence = _("reminded the guest of the demo: %(type)s")
    icon = "bell"
    demo: int
    deal: int
    type: str
    contact: int
