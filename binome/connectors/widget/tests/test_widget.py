import json
from dataclasses import replace

import pytest

from binome.connectors.widget.connector import Connector
from binome.connectors.widget.tests.double import BODY, Double
from binome.sdk.errors import Forged, Rejected
from binome.sdk.types import Account, WebhookRequest


def sent_from(origin: str, *, host: str = "binome.example", body: str = BODY) -> WebhookRequest:
    return WebhookRequest("POST", {"origin": origin, "host": host}, body.encode())


@pytest.mark.parametrize(
    "origins", ["https://www.example.org", "https://a.example, https://www.example.org:443", "HTTPS://WWW.EXAMPLE.ORG/"]
)
def test_an_allowed_site_may_speak_however_it_was_written(origins: str) -> None:
    assert len(Connector(Account({"origins": origins})).accept(sent_from("https://www.example.org"))) == 1


def test_our_own_pages_may_always_speak() -> None:
    bare = Connector(Account({}))
    assert len(bare.accept(sent_from("http://binome.example:8000", host="binome.example:8000"))) == 1
    with pytest.raises(Forged):
        bare.accept(sent_from("http://binome.example:8001", host="binome.example:8000"))


def test_a_request_without_any_origin_is_refused() -> None:
    with pytest.raises(Forged):
        Connector(Account({})).accept(WebhookRequest("POST", {"host": ""}, BODY.encode()))


def test_two_visitors_may_choose_the_same_identifier() -> None:
    connector = Connector(Double().account)
    other = json.dumps({**json.loads(BODY), "visitor": "v2"})
    origin = "https://www.example.org"
    first, second = connector.accept(sent_from(origin)), connector.accept(sent_from(origin, body=other))
    assert first[0].key != second[0].key


@pytest.mark.parametrize(
    "origins", ["www.example.org", "https://", "javascript:alert(1)", "https://user@example.org", "http://[::1"]
)
def test_a_site_that_no_browser_would_name_so_is_refused(origins: str) -> None:
    account = replace(Double().account, settings={"origins": f"https://ok.example {origins}"})
    with pytest.raises(Rejected):
        Connector(account).check()
