from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.platform.api.door import asker, expected_version, one, operator, paged, with_etag
from siklus.records.products.actions import add_product, edit_product
from siklus.records.products.models import Product

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


def product_for(_viewer: Any, product_id: int) -> Product:
    """Everybody may see what we sell."""
    return Product.objects.get(pk=product_id)


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
