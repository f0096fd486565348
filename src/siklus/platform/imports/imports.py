"""The importers of the platform itself."""

from siklus.platform.imports import users

__all__ = ["users"]
