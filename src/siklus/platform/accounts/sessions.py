"""Who is signed in, with two short statements: every page begins with them, so they are not built anew each time."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from siklus.platform.accounts.models import User
from siklus.platform.tables.prepared import ByKey

_user = ByKey(User)


class SessionStore(DatabaseStore):
    """Sessions in the database, read without building a query."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing when it is unknown or has lapsed."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    @classmethod
    def get_model_class(cls) -> Any:
        from django.contrib.sessions.models import Session

        return Session


class Backend(ModelBackend):
    """Passwords as Django checks them; the person of a session read in one step."""

    def get_user(self, user_id: Any) -> User | None:
        user = _user.get(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
