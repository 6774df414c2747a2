"""Programs that hold a token."""

from typing import Any

from django.test import Client

from binome.workspaces import tokens
from binome.workspaces.models import Membership, Role, Workspace

ROOT = "/api/v1/"


class Program:
    """Calls the interface with a token."""

    def __init__(self, key: str) -> None:
        self._client, self._headers = Client(raise_request_exception=False), {"authorization": f"Bearer {key}"}

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(ROOT + path, query, headers=self._headers)

    def post(self, path: str, content: Any = None, **headers: str) -> Any:
        return self._send("post", path, content, headers)

    def put(self, path: str, content: Any = None) -> Any:
        return self._send("put", path, content, {})

    def _send(self, method: str, path: str, content: Any, headers: dict[str, str]) -> Any:
        call = getattr(self._client, method)
        return call(ROOT + path, content or {}, content_type="application/json", headers=self._headers | headers)


def program(workspace: Workspace, role: Role = Role.OPERATOR) -> Program:
    """A program whose token was made by an owner of the workspace."""
    owner = Membership.objects.select_related("user").get(workspace=workspace, role=Role.OWNER)
    return Program(tokens.create_token(workspace, name="A program", role=role, by=owner)[1])
