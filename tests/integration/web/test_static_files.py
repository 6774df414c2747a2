"""Static files, as a browser asks the running server for them."""

import httpx
from django.test import Client

from tests.fixtures.site import Site

SHEET = "/static/binome/css/layout.css"


def test_a_file_is_sent_whole_with_its_type_and_length(client: Client) -> None:
    answer = client.get(SHEET)
    assert answer.status_code == 200
    assert not answer.streaming
    assert answer["Content-Type"].startswith("text/css")
    assert int(answer["Content-Length"]) == len(answer.content) > 0


def test_what_the_browser_has_is_not_sent_again(client: Client) -> None:
    first = client.get(SHEET)
    again = client.get(SHEET, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_part_of_a_file_and_its_description_alone_are_given(client: Client) -> None:
    whole = client.get(SHEET).content
    part = client.get(SHEET, headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.content) == (206, whole[5:15])
    head = client.head(SHEET)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) == len(whole)


def test_other_methods_are_refused_and_there_is_nothing_beside_the_static_files(client: Client) -> None:
    assert client.post(SHEET).status_code == 405
    assert client.get("/static/../pyproject.toml").status_code == 404
    assert client.get("/static/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


def test_the_server_has_nothing_to_warn_of(site: Site) -> None:
    answer = httpx.get(site.url + SHEET)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "synchronous iterator" not in site.log.read_text()
