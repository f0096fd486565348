"""What holds for all quotes: tax, limits of discounts, what stands on them, and what an accepted one does."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.closing.facts import DiscountLimitsSet, QuoteRuleSet, QuoteSettingsChanged, TaxRateSet
from siklus.cycle.closing.models import DiscountLimit, QuoteRule, QuoteSettings, TaxRate
from siklus.platform.accounts.models import Role, User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Pipeline
from siklus.records.fields.record import Refused, apply, check_version

LONGEST = {"prefix": 12, "seller": 1_000, "seller_tax_number": 60, "terms_en": 8_000, "terms_id": 8_000}


class CannotChangeQuoteSettings(Refused):
    """The settings of quotes cannot be as asked."""


@transaction.atomic
def set_tax_rate(
    *,
    name: str,
    rate: Decimal,
    from_date: date,
    by: User | None,
    at: datetime,
    base_numerator: int = 1,
    base_denominator: int = 1,
) -> TaxRate:
    """Say which tax stands on quotes from a day on; quotes that were sent keep theirs. A rate of 0 is no tax."""
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise CannotChangeQuoteSettings(_("A tax needs a name of at most 40 letters."), field="name")
    if not rate.is_finite() or not 0 <= rate <= 100 or rate != rate.quantize(Decimal("0.01")):
        raise CannotChangeQuoteSettings(
            _("A rate is a percentage from 0 to 100 with at most two decimals."), field="rate"
        )
    if not 0 < base_numerator <= base_denominator <= 1_000:
        raise CannotChangeQuoteSettings(
            _("The base is a fraction of the price, such as 11/12 or 1/1."), field="base_denominator"
        )
    row, _created = TaxRate.objects.update_or_create(
        from_date=from_date,
        defaults={
            "name": name, "rate": rate, "base_numerator": base_numerator, "base_denominator": base_denominator,
        },
    )  # fmt: skip
    fact = TaxRateSet(
        tax_rate=row.pk, title=name, rate=rate, base_numerator=base_numerator,
        base_denominator=base_denominator, from_date=from_date,
    )  # fmt: skip
    record(fact, by=by, at=at)
    return row


@transaction.atomic
def set_discount_limits(*, limits: Mapping[str, Decimal | None], by: User | None, at: datetime) -> None:
    """Say up to which discount each role may go by itself. None: any."""
    for role, percent in limits.items():
        if role not in Role.values:
            raise CannotChangeQuoteSettings(_("“%(role)s” is not a role.") % {"role": role}, field=role)
        if percent is not None and (not percent.is_finite() or not 0 <= percent <= 100):
            raise CannotChangeQuoteSettings(_("A limit is a percentage from 0 to 100."), field=role)
        if percent is not None and percent != percent.quantize(Decimal("0.01")):
            raise CannotChangeQuoteSettings(_("A limit has at most two decimals."), field=role)
    before = dict(DiscountLimit.objects.select_for_update().values_list("role", "percent"))
    after = {**before, **limits}
    kept = {role: percent for role, percent in after.items() if percent is not None}
    if kept == before:
        return
    DiscountLimit.objects.exclude(role__in=kept).delete()
    for role, percent in kept.items():
        DiscountLimit.objects.update_or_create(role=role, defaults={"percent": percent})
    written = {role: format(percent, "f") for role, percent in sorted(kept.items())}
    record(DiscountLimitsSet(quote_settings=1, limits=written), by=by, at=at)


@transaction.atomic
def change_quote_settings(
    *, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> QuoteSettings:
    """Change what stands on quotes made from now on: numbers, validity, who sells, terms."""
    QuoteSettings.objects.get_or_create(pk=1)
    row = QuoteSettings.objects.select_for_update().get(pk=1)
    check_version(row, expected_version)  # type: ignore[arg-type]
    for name, most in LONGEST.items():
        if name in values:
            values[name] = str(values[name]).strip()
            if len(values[name]) > most or "\0" in values[name]:
                raise CannotChangeQuoteSettings(
                    _("Write at most %(count)s letters.") % {"count": most}, field=name
                )
    prefix = values.get("prefix", row.prefix)
    if not prefix or not all(letter.isalnum() or letter in "-./" for letter in prefix):
        raise CannotChangeQuoteSettings(_("A prefix is made of letters, digits and - . /"), field="prefix")
    if not 1 <= values.get("valid_days", row.valid_days) <= 365:
        raise CannotChangeQuoteSettings(_("A quote is valid for 1 to 365 days."), field="valid_days")
    if apply(row, values, editable=(*LONGEST, "valid_days")):
        row.version += 1
        row.save()
        record(QuoteSettingsChanged(quote_settings=1), by=by, at=at)
    return row


@transaction.atomic
def set_quote_rule(*, pipeline: Pipeline, accepted_wins: bool, by: User | None, at: datetime) -> QuoteRule:
    """Say whether an accepted quote wins the deal in a pipeline."""
    rule, _created = QuoteRule.objects.select_for_update().get_or_create(pipeline=pipeline)
    if rule.accepted_wins != accepted_wins:
        rule.accepted_wins = accepted_wins
        rule.save(update_fields=["accepted_wins"])
        record(QuoteRuleSet(pipeline=pipeline.pk, accepted_wins=accepted_wins), by=by, at=at)
    return rule
