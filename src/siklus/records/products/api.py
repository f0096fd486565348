from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.api.door import asker, expected_version, one, operator, paged, with_etag
from siklus.records.products.actions import add_product, edit_product, set_price
from siklus.records.products.models import Price, Product
from siklus.records.products.queries import prices_of, product_for

router = Router()


class ProductIn(Schema):
    name: str | None = Field(None, max_length=200)
    code: str | None = Field(None, max_length=60)
    family: str | None = Field(None, max_length=120)
    price: Decimal | None = Field(None, ge=0, max_digits=15, decimal_places=3)
    currency: str | None = Field(None, max_length=3)
    is_active: bool | None = None


class ProductOut(Schema):
    id: int
    version: int
    name: str
    code: str
    family: str
    price: Decimal | None
    currency: str
    is_active: bool
    created_at: datetime
    updated_at: datetime


class ProductPage(Schema):
    items: list[ProductOut]
    next: str | None


FIELDS = tuple(ProductOut.model_fields)


def shown(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in FIELDS}


@router.get("", response=ProductPage, operation_id="list_products")
def list_products(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    return paged(Product.objects.all(), cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: ProductOut}, operation_id="create_product")
def create_product(request: HttpRequest, response: HttpResponse, payload: ProductIn) -> Any:
    values = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    values.pop("is_active", None)
    product = add_product(name=values.pop("name", ""), by=operator(request), at=timezone.now(), **values)
    with_etag(response, product.version)
    return 201, shown(product)


@router.get("/{int:product_id}", response=ProductOut, operation_id="get_product")
def get_product(request: HttpRequest, response: HttpResponse, product_id: int) -> Any:
    product = one(product_for, asker(request), product_id)
    with_etag(response, product.version)
    return shown(product)


@router.patch("/{int:product_id}", response=ProductOut, operation_id="edit_product")
def patch_product(request: HttpRequest, response: HttpResponse, product_id: int, payload: ProductIn) -> Any:
    user = operator(request)
    values = payload.dict(exclude_unset=True)
    values = {key: value for key, value in values.items() if value is not None or key == "price"}
    product = edit_product(
        product=one(product_for, user, product_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    with_etag(response, product.version)
    return shown(product)


@router.delete("/{int:product_id}", response={204: None}, operation_id="retire_product")
def retire_product(request: HttpRequest, product_id: int) -> Any:
    """Stop selling a product; deals keep it."""
    user = operator(request)
    edit_product(product=one(product_for, user, product_id), by=user, at=timezone.now(), is_active=False)
    return 204, None


class PriceIn(Schema):
    currency: str = Field(max_length=3)
    amount: Decimal | None = Field(None, ge=0, max_digits=15, decimal_places=3)
    from_date: date


class PriceOut(Schema):
    currency: str
    amount: Decimal | None
    from_date: date


@router.get("/{int:product_id}/prices", response=list[PriceOut], operation_id="list_prices")
def list_prices(request: HttpRequest, product_id: int) -> Any:
    """Every price in the books, the newest of each currency first. Without an amount: not offered from that day on."""
    return [_priced(row) for row in prices_of(one(product_for, asker(request), product_id))]


@router.post("/{int:product_id}/prices", response={201: PriceOut}, operation_id="set_price")
def post_price(request: HttpRequest, product_id: int, payload: PriceIn) -> Any:
    """Set a price from a day on; a second one of the same day replaces the first."""
    user = operator(request)
    row = set_price(product=one(product_for, user, product_id), by=user, at=timezone.now(), **payload.dict())
    return 201, _priced(row)


def _priced(row: Price) -> dict[str, Any]:
    return {"currency": row.currency, "amount": row.amount, "from_date": row.from_date}
