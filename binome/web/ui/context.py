"""What the frame around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from binome.web.ui import navigation
from binome.workspaces.models import Membership
from binome.workspaces.selectors import membership_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The person's membership (of the page, or the last one visited), the rail, and the appearance chosen."""
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    membership = getattr(request, "membership", None) or (_last_visited(request) if person else None)
    return {
        "membership": membership,
        "workspace": membership.workspace if membership else None,
        "places": SimpleLazyObject(lambda: navigation.places(request, membership) if membership else []),
        "theme": person.theme if person else "system",
        "shortcuts": person.shortcuts if person else True,
        "sends_mail": settings.SENDS_MAIL,
    }


def _last_visited(request: HttpRequest) -> Membership | None:
    slug = request.session.get("workspace", "")
    return membership_of(request.user, slug) if slug else None  # type: ignore[arg-type]
