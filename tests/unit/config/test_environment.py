import stat
import threading

import pytest
from pydantic import ValidationError

from binome.config.environment import Environment


def environment(**values) -> Environment:
    return Environment(_env_file=None, **values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "binome.example"),
        ("public_url", "https://"),
        ("time_zone", "Mars/Olympus"),
        ("language", "de"),
        ("log_level", "LOUD"),
        ("secret_key", "short"),
        ("database_connections", 1),
        ("DATABASE_URL", "mysql://localhost/x"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(name, value):
    with pytest.raises(ValidationError):
        environment(**{name: value})


def test_the_key_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    one = environment(home=tmp_path / "new", secret_key="")
    key = one.key()
    assert len(key) >= 48
    assert one.key() == key
    assert stat.S_IMODE(one.key_file.stat().st_mode) == 0o600
    assert [path.name for path in one.home.iterdir()] == ["secret-key"]


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    one, keys = environment(home=tmp_path, secret_key=""), []
    threads = [
        threading.Thread(target=lambda: keys.append(environment(home=tmp_path, secret_key="").key())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [one.key()] * 8


def test_secrets_are_not_shown_with_the_rest(tmp_path):
    shown = repr(environment(secret_key="k" * 40, smtp_url="smtp://someone:hidden@mail.example"))
    assert "k" * 40 not in shown
    assert "hidden" not in shown


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://localhost:8000"),
        ({"bind": "127.0.0.1:8001"}, "http://localhost:8001"),
        ({"bind": "[::1]:8002"}, "http://localhost:8002"),
        ({"bind": "127.0.0.1:8001", "public_url": "https://binome.example/"}, "https://binome.example"),
        ({"bind": "nonsense"}, "http://localhost:8000"),
    ],
)
def test_people_reach_binome_where_it_listens_unless_somebody_says_otherwise(monkeypatch, given, address):
    monkeypatch.delenv("BINOME_BIND", raising=False)
    monkeypatch.delenv("BINOME_PUBLIC_URL", raising=False)
    assert environment(**given).public_url == address
