"""A real server that speaks like OpenAI's: that we understand each other. Nothing is said of what it writes."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from binome.llm import structured
from binome.llm.errors import NoAnswer, Nonsense
from binome.llm.protocol import Model, Said
from binome.llm.providers import Connection, connect
from tests.servers.llm.servers import missing, running

pytestmark = pytest.mark.servers
QUESTION = [Said("system", "You are brief."), Said("user", "Say hello.")]


class Reply(BaseModel):
    reply: str


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    if missing():
        pytest.skip("no language model is installed: sh tests/servers/llm/install.sh")
    with running() as address:
        yield connect(Connection("compatible", "smollm2", address, private_networks=True))


def test_it_answers_and_tells_what_it_took(model: Model) -> None:
    answer = model.complete(QUESTION, most_tokens=16, seconds=60)
    assert answer.text.strip() != ""
    assert answer.usage is not None
    assert answer.usage.read > 0
    assert 0 < answer.usage.written <= 16


def test_the_limit_of_tokens_is_kept_and_told(model: Model) -> None:
    answer = model.complete([Said("user", "Count from one to one hundred in words.")], most_tokens=1, seconds=60)
    assert not answer.finished


def test_the_form_that_is_asked_for_is_kept(model: Model) -> None:
    answer = model.complete(QUESTION, schema=structured.schema_of(Reply), most_tokens=60, seconds=60)
    if answer.finished:
        assert structured.read(answer.text, Reply)
    else:
        with pytest.raises(Nonsense):
            structured.read(answer.text, Reply)


def test_what_takes_too_long_is_given_up_in_time(model: Model) -> None:
    with pytest.raises(NoAnswer):
        model.complete([Said("user", "Write a very long story.")], most_tokens=2_000, seconds=0.5)
