"""Importing products."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from siklus.platform.i18n.keys import tight_key
from siklus.platform.imports.base import BaseImporter, duplicate_of_row
from siklus.platform.imports.importer import Context, FieldTarget, Plan, Row, Written, register
from siklus.platform.imports.undo import snapshot
from siklus.platform.money.rates import UnknownCurrency
from siklus.records.fields.record import Refused
from siklus.records.products.actions import add_product, edit_product
from siklus.records.products.models import Product


class ProductImporter(BaseImporter):
    kind = "products"
    label = _("Products")
    keys = (("name", _("Name")), ("code", _("Code")))
    models = {"product": Product}

    def targets(self) -> list[FieldTarget]:
        return [
            FieldTarget("name", _("Name"), aliases=("product", "produk"), is_required=True),
            FieldTarget("code", _("Code"), aliases=("sku", "kode")),
            FieldTarget("family", _("Family"), aliases=("series", "category", "kategori")),
            FieldTarget("price", _("Price"), "amount", aliases=("sales price", "harga")),
            FieldTarget("currency", _("Currency"), "currency"),
        ]

    def plan(self, rows: list[Row], context: Context) -> list[Plan]:
        self.forget_seen(context)
        plans = []
        for row in rows:
            key = tight_key(row.values.get("name", ""))
            if not key:
                plans.append(Plan(row, "error", str(_("A product needs a name.")), "name"))
            elif earlier := self.seen_before(context, row, [key]):
                plans.append(duplicate_of_row(row, earlier))
            else:
                by_code = context.batch.key == "code" and row.values.get("code")
                known = (
                    Product.objects.filter(code=row.values["code"])
                    if by_code
                    else Product.objects.filter(name_key=key)
                )
                plans.append(self.decide(row, context, known.first()))
        return plans

    def write(self, plans: list[Plan], context: Context) -> Written:
        written = Written(created={"product": []})
        for plan in plans:
            values: dict[str, Any] = dict(plan.row.values)
            try:
                if plan.outcome == "create":
                    written.created["product"].append(add_product(by=context.by, at=context.at, **values).pk)
                    continue
                product = Product.objects.get(pk=plan.record_id)
                before = snapshot(product)
                after = edit_product(product=product, by=context.by, at=context.at, **values)
                if after.version == product.version:
                    plan.outcome = "unchanged"
                else:
                    self.keep_update(context, "product", before, after)
            except (Refused, UnknownCurrency) as error:
                plan.message = str(error.args[0])
                written.failed.append(plan)
        return written


register(ProductImporter())
