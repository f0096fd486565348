"""Rows that are written once: neither a model nor a query changes them, and the database refuses too."""

from typing import Any, NoReturn

from django.db import models


class WrittenOnce(RuntimeError):
    """Somebody tried to change what is written once."""


class KeptQuerySet(models.QuerySet[Any]):
    def update(self, **_values: Any) -> NoReturn:
        raise WrittenOnce(f"{self.model.__name__} is written once")

    def delete(self) -> NoReturn:
        raise WrittenOnce(f"{self.model.__name__} is written once")


class Kept(models.Model):
    """Saved once, never changed and never deleted."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnce(f"{type(self).__name__} is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(f"{type(self).__name__} is written once")
