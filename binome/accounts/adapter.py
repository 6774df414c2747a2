"""How allauth behaves in this house: nobody signs up by themselves; links carry the public address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
"""Said by the page itself; no toast."""


class HouseAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come in by the first run or by an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kw: Any
    ) -> None:
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kw)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return self._public(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return self._public(super().get_email_confirmation_url(request, emailconfirmation))

    def _public(self, url: str) -> str:
        """The address that people use, whatever Host the request carried."""
        path = url.split("://", 1)[-1].partition("/")[2]
        return f"{settings.PUBLIC_URL}/{path}"
