from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "siklus.records.products"
    label = "products"
