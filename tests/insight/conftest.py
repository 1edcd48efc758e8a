"""The small office of the ledger's tests, here too."""

from tests.ledger.conftest import office, world

__all__ = ["office", "world"]
