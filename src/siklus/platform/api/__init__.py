"""What every door of the API shares: who asks, errors as problems, versions as ETags, cursors, idempotency.

Nouns: IdempotencyKey. The rooms' routers stand in their own `api.py`; `config.api` assembles them.
"""
