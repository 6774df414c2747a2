"""Static files, as a browser asks the running server for them."""

from pathlib import Path

import httpx
from django.test import Client

import binome
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


def test_a_browser_that_looks_for_an_icon_beside_a_page_finds_that_of_the_product(client: Client) -> None:
    answer = client.get("/favicon.ico", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (200, 1)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content == Path(binome.__file__).with_name("web").joinpath("static/binome/logo.svg").read_bytes()
    assert not client.cookies
    assert client.post("/favicon.ico").status_code == 405


def test_the_server_has_nothing_to_warn_of(site: Site) -> None:
    answer = httpx.get(site.url + SHEET)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "synchronous iterator" not in site.log.read_text()
