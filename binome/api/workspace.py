"""The workspace itself: whose token this is, what happened, how its channels fare."""

from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field

from binome.api.entrance import VIEWER, ApiRequest, user_of, workspace_of
from binome.api.shown import ChannelShown, FactShown, Named
from binome.channels import selectors as channels
from binome.journal import selectors as journal

router = Router(tags=["Workspace"])


class Me(Schema):
    """What this token is, and may do."""

    token: str
    role: str
    workspace: Named
    in_the_name_of: Named


class Facts(Schema):
    """*position*: pass it as `after` next time."""

    facts: list[FactShown]
    position: int


class Since(Schema):
    after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 200


@router.get("me", auth=VIEWER, response=Me, summary="Whose token this is")
def me(request: ApiRequest) -> Me:
    named = {"workspace": Named.of(workspace_of(request)), "in_the_name_of": Named.of(user_of(request))}
    return Me.model_validate({"token": request.auth.token.name, "role": request.auth.role, **named})


@router.get("channels", auth=VIEWER, response=list[ChannelShown], summary="Channels and their health")
def health(request: ApiRequest) -> list[ChannelShown]:
    return [ChannelShown.of(channel) for channel in channels.channels_of(workspace_of(request))]


@router.get("facts", auth=VIEWER, response=Facts, summary="What happened after a position")
def facts(request: ApiRequest, since: Query[Since]) -> Facts:
    """In an order that never changes, each fact once: ids and labels, never text. An empty list: nothing new yet."""
    found = [FactShown.of(entry) for entry in journal.facts_of(workspace_of(request).pk, since.after, since.limit)]
    return Facts(facts=found, position=found[-1].position if found else since.after)
