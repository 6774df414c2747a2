"""Every route, asked by who has no business there: nothing is told, nothing is changed."""

from hashlib import sha256

import pytest
from django.apps import apps
from django.test import Client

from binome.api.routes import api
from binome.workspaces.models import Role
from tests.integration.api.programs import ROOT, Program, program
from tests.integration.web.houses import furnished, house

BODIES = {
    "replies": {"text": "Bonjour"},
    "notes": {"text": "Bonjour"},
    "assign": {"to": None},
    "edit": {"text": "Autre chose"},
    "archive": {"archived": True},
    "sources": {"question": "Quand ?", "answer": "Hier.", "language": "fr"},
    "answer": {"question": "Quand ?"},
}
USED_BY_TOKENS = "workspaces.ApiToken"


def routes() -> list[tuple[str, str]]:
    """Method and path of every route."""
    found = api.get_openapi_schema()["paths"]
    return [(method, path.removeprefix(ROOT)) for path, methods in found.items() for method in methods]


@pytest.fixture
def theirs(db):
    return furnished("alpha")


def test_the_walk_sees_every_kind_of_route():
    assert len(routes()) == 26
    assert {method for method, _path in routes()} == {"get", "post", "put"}


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p in routes() if "{" in p])
def test_a_token_of_another_workspace_finds_nothing_and_changes_nothing(theirs, method, path):
    stranger = program(house("beta").workspace, Role.MANAGER)
    before = everything()
    answer = ask(stranger, method, path, theirs)
    assert answer.status_code == 404
    assert answer.json().keys() == {"problem"}
    assert everything() == before


@pytest.mark.parametrize("path", [path for method, path in routes() if method == "get" and "{" not in path])
def test_a_list_shows_nothing_of_another_workspace(theirs, path):
    stranger = program(house("beta").workspace, Role.MANAGER)
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert "alpha" not in answer.content.decode()
    told = answer.json()
    if path == "facts":
        assert {one["kind"] for one in told["facts"]} <= {"WorkspaceCreated", "MemberJoined", "ApiTokenCreated"}
    elif path != "me":
        assert not any(told.values() if isinstance(told, dict) else told)


@pytest.mark.parametrize(("method", "path"), routes())
@pytest.mark.parametrize("key", ["", "bnm_guessed", "é"])
def test_without_a_valid_token_nothing_is_told(theirs, method, path, key):
    before = everything()
    answer = ask(Program(key), method, path, theirs)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json().keys() == {"problem"}
    assert everything() == before


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p in routes() if m != "get" and p != "answer"])
def test_a_viewers_token_changes_nothing(theirs, method, path):
    viewer = program(theirs.workspace, Role.VIEWER)
    before = everything()
    answer = ask(viewer, method, path, theirs)
    assert answer.status_code == 403
    assert "role" in answer.json()["problem"] or "rôle" in answer.json()["problem"]
    assert everything() == before


@pytest.mark.parametrize(("method", "path"), [("post", "sources"), ("put", "sources/{source}")])
def test_an_operators_token_does_not_write_what_may_be_quoted(theirs, method, path):
    before = everything()
    assert ask(program(theirs.workspace, Role.OPERATOR), method, path, theirs).status_code == 403
    assert {**everything(), **dict.fromkeys(("journal.Entry", USED_BY_TOKENS))} == {
        **before,
        **dict.fromkeys(("journal.Entry", USED_BY_TOKENS)),
    }


def test_a_session_is_not_a_token(theirs):
    client = Client()
    client.force_login(theirs.owner)
    assert client.get(f"{ROOT}me").status_code == 401


def test_an_address_that_does_not_exist_is_told_in_json(db):
    answer = Client().get("/api/v1/nothing")
    assert (answer.status_code, answer.json().keys()) == (404, {"problem"})


def ask(asker: Program, method: str, path: str, theirs):
    address = path.format(**theirs.things)
    last = address.rsplit("/", 1)[-1]
    body = BODIES.get("sources" if method == "put" else last)
    return asker.get(address) if method == "get" else getattr(asker, method)(address, body)


def everything() -> dict[str, str]:
    """A digest of each table of the house; when a token was last used is left out."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("binome.")]
    return {
        model._meta.label: sha256(repr(list(model.objects.order_by("pk").values_list())).encode()).hexdigest()
        for model in tables
        if model._meta.label != USED_BY_TOKENS
    }
