"""What people want by mail, and where to: their own settings, read and kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from bihuan.notices.models import Wish
from bihuan.organisations.models import Person


@dataclass(frozen=True)
class Wants:
    """What one person wants by mail; nothing goes to an empty address."""

    address: str
    orders: bool
    digest: bool
    language: str

    @property
    def orders_by_mail(self) -> bool:
        return self.orders and bool(self.address) and bool(settings.MAIL_URL)

    @property
    def digest_by_mail(self) -> bool:
        return self.digest and bool(self.address) and bool(settings.MAIL_URL)


def wants_of(people: Collection[int]) -> dict[int, Wants]:
    """By person, what they want: the address with which the account was made, until they say otherwise."""
    said = {row.person_id: row for row in Wish.objects.filter(person_id__in=people)}
    found = {}
    for pk, email in Person.objects.filter(pk__in=people).values_list("pk", "email"):
        wish = said.get(pk) or Wish(address=email, language=settings.LANGUAGE_CODE)
        found[pk] = Wants(wish.address, wish.orders, wish.digest, wish.language)
    return found


def wish(*, person: int, address: str, orders: bool, digest: bool, language: str) -> None:
    """Keep what this person wants; the caller has seen to it that the address is one."""
    said = {"address": address.strip(), "orders": orders, "digest": digest, "language": language}
    Wish.objects.update_or_create(person_id=person, defaults=said)
