"""Providers, spoken to through a transport that answers in their way."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from binome.llm import errors
from binome.llm.protocol import Answer, Said, Usage
from binome.llm.providers import PROVIDERS, Connection, connect
from binome.sdk.http import answered_by

OURS = Connection("compatible", "tiny", "http://127.0.0.1:9/v1", "s3cret-key", private_networks=True)
QUESTION = [Said("system", "Be brief."), Said("user", "Ready?")]
FORM = {"type": "object", "properties": {"reply": {"type": "string"}}, "required": ["reply"]}
OPENAI = {
    "choices": [{"message": {"content": "Yes."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2},
}
ANTHROPIC = {
    "content": [{"type": "text", "text": "Yes."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 9, "output_tokens": 2},
}


class Server(httpx.BaseTransport):
    def __init__(self, *answers: httpx.Response | Callable[[], httpx.Response]) -> None:
        self.answers, self.requests = list(answers), list[httpx.Request]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        return answer if isinstance(answer, httpx.Response) else answer()

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


def ask(connection: Connection, server: Server, schema: Any = None) -> Answer:
    with answered_by(server):
        return connect(connection).complete(QUESTION, schema=schema, most_tokens=50, seconds=5)


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_a_server_like_openais_is_asked_and_its_answer_read() -> None:
    server = Server(ok(OPENAI))
    assert ask(OURS, server) == Answer("Yes.", Usage(9, 2), True, "tiny")
    [request], [body] = server.requests, server.bodies
    assert str(request.url) == "http://127.0.0.1:9/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer s3cret-key"
    assert (body["model"], body["max_tokens"], body["messages"][1]) == (
        "tiny",
        50,
        {"role": "user", "content": "Ready?"},
    )


def test_a_server_that_refuses_the_form_is_asked_without_it() -> None:
    server = Server(httpx.Response(400, text="unknown field"), ok(OPENAI))
    assert ask(OURS, server, FORM).text == "Yes."
    assert ["response_format" in body for body in server.bodies] == [True, False]


def test_openai_itself_is_told_the_limit_by_its_newer_name() -> None:
    server = Server(ok(OPENAI))
    ask(Connection("openai", "m", key="k"), server)
    assert server.bodies[0]["max_completion_tokens"] == 50
    assert "max_tokens" not in server.bodies[0]


def test_anthropic_has_the_systems_words_apart() -> None:
    server = Server(ok(ANTHROPIC))
    assert ask(Connection("anthropic", "m", key="k"), server, FORM) == Answer("Yes.", Usage(9, 2), True, "m")
    body, headers = server.bodies[0], server.requests[0].headers
    assert body["system"].startswith("Be brief.\n\nAnswer with one JSON object")
    assert body["messages"] == [{"role": "user", "content": "Ready?"}]
    assert (headers["x-api-key"], headers["anthropic-version"]) == ("k", "2023-06-01")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.Response(401), errors.KeyRefused), (httpx.Response(404, text="no such model"), errors.Refused),
        (httpx.Response(429), errors.Busy), (httpx.Response(500), errors.NoAnswer),
        (httpx.Response(200, text="<html>"), errors.NoAnswer), (httpx.Response(200, json=[1]), errors.NoAnswer),
        (httpx.Response(200, json={"choices": []}), errors.Nonsense),
        (httpx.Response(200, json={"choices": [{"message": {"content": None}}]}), errors.Nonsense),
    ],
)  # fmt: skip
def test_each_failure_has_its_name(answer: httpx.Response, failure: type[errors.ModelFailed]) -> None:
    with pytest.raises(failure):
        ask(OURS, Server(answer))


def test_what_left_and_was_lost_is_billed_and_what_never_left_is_not() -> None:
    def lost() -> httpx.Response:
        raise httpx.ReadTimeout("")

    def unreachable() -> httpx.Response:
        raise httpx.ConnectError("")

    with pytest.raises(errors.NoAnswer) as late:
        ask(OURS, Server(lost))
    with pytest.raises(errors.NotReached) as away:
        ask(OURS, Server(unreachable))
    assert (late.value.billed, away.value.billed) == (True, False)


@pytest.mark.parametrize(
    "body", [{"choices": [{"message": {"content": "x"}}]}, {**OPENAI, "usage": {"prompt_tokens": "many"}}]
)
def test_a_usage_that_is_none_is_not_invented(body: Any) -> None:
    usage = ask(OURS, Server(ok(body))).usage
    assert usage is None or usage.read == 0


def test_an_answer_cut_by_the_limit_says_so() -> None:
    cut = {"choices": [{"message": {"content": "Ye"}, "finish_reason": "length"}]}
    assert not ask(OURS, Server(ok(cut))).finished


def test_the_key_is_in_no_error_and_no_repr() -> None:
    echo = httpx.Response(404, text="no model for s3cret-key")
    with pytest.raises(errors.Refused) as refused:
        ask(Connection("mistral", "m", key="s3cret-key"), Server(echo))
    assert "s3cret-key" not in f"{refused.value!r} {OURS!r} {connect(OURS)!r}"


def test_a_private_address_is_refused_unless_its_owner_said_so_and_metadata_always() -> None:
    closed = Connection("compatible", "tiny", "https://127.0.0.1:9/v1")
    with pytest.raises(errors.Refused):
        connect(closed).complete(QUESTION, most_tokens=5, seconds=2)
    metadata = Connection("compatible", "tiny", "http://169.254.169.254/v1", private_networks=True)
    with pytest.raises(errors.Refused):
        connect(metadata).complete(QUESTION, most_tokens=5, seconds=2)


def test_what_a_private_server_says_in_an_error_is_shown_to_nobody() -> None:
    with pytest.raises(errors.Refused) as refused:
        ask(OURS, Server(httpx.Response(404, text="intranet page")))
    assert "intranet" not in str(refused.value)


def test_an_address_counts_for_compatible_servers_alone() -> None:
    server = Server(ok(OPENAI))
    ask(Connection("mistral", "m", "http://127.0.0.1:9/v1", "k", private_networks=True), server)
    assert server.requests[0].url.host == "api.mistral.ai"


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_provider_can_be_connected_to(name: str) -> None:
    assert connect(Connection(name, "m", "https://llm.example.org/v1", "k"))
