import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from binome.sdk.clock import now, stopped_at
from binome.sdk.errors import Forged
from binome.sdk.manifest import Setting
from binome.sdk.signing import sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps({"text": "déjà"}, ensure_ascii=False).encode()


def test_what_we_sign_the_reference_library_accepts() -> None:
    headers = sign(SECRET, message_id="k1", body=BODY)
    assert Webhook(SECRET).verify(BODY, headers) == {"text": "déjà"}


def test_what_the_reference_library_signs_we_accept() -> None:
    instant = now()
    signature = Webhook(SECRET).sign("evt_1", instant, BODY.decode())
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": signature,
    }
    assert verify(SECRET, headers, BODY) == "evt_1"


def test_the_example_of_the_specification_is_accepted() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1a,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    with stopped_at(datetime.fromtimestamp(1614265330, UTC)):
        assert verify(SECRET, headers, b'{"test": 2432232314}') == "msg_p5jXN8AQM9LWM0D4loKWxJek"


@pytest.mark.parametrize("seconds", [-301, 301, 10**9])
def test_an_instant_too_far_from_ours_is_refused(seconds: int) -> None:
    headers = sign(SECRET, message_id="k1", body=BODY)
    with stopped_at(now() + timedelta(seconds=seconds)), pytest.raises(Forged):
        verify(SECRET, headers, BODY)


def test_clocks_may_differ_by_some_minutes() -> None:
    headers = sign(SECRET, message_id="k1", body=BODY)
    with stopped_at(now() + timedelta(seconds=290)):
        assert verify(SECRET, headers, BODY) == "k1"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_é"])
def test_a_secret_that_is_none_signs_and_verifies_nothing(secret: str) -> None:
    with pytest.raises(Forged):
        sign(secret, message_id="k1", body=BODY)
    with pytest.raises(Forged):
        verify(secret, sign(SECRET, message_id="k1", body=BODY), BODY)


def test_a_secret_that_we_make_works_in_the_reference_library() -> None:
    setting = Setting(name="s", label={"en": "S", "fr": "S"}, kind="secret", generated=True, prefix="whsec_")
    first, second = setting.new_secret(), setting.new_secret()
    assert first != second
    assert Webhook(first).verify(BODY, sign(first, message_id="k1", body=BODY)) == {"text": "déjà"}
