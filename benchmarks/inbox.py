"""How fast the inbox is with 200,000 messages in it: `python -m benchmarks.inbox`.

Pages are asked of the real server by a person signed in through the sign-in page; they are timed to their last byte.
"""

from __future__ import annotations

import argparse
import http.client
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from benchmarks.community import RARE, fill
from benchmarks.figures import spread, target, tell
from benchmarks.installation import PASSWORD, Installation, a_team, conditions, installation

WARM = 10


def main() -> None:
    options = _options()
    before = conditions()
    with installation() as place:
        owner = a_team()
        start = time.perf_counter()
        fill(owner.workspace_id, owner.user_id, options.conversations)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        filled = round(time.perf_counter() - start, 1)
        address = f"/w/{owner.workspace.slug}/inbox/"
        with place.site():
            figures = _pages(place, owner, address, options)
    tell(before | {"messages": 5 * options.conversations, "filled_in_s": filled} | figures)


def _pages(place: Installation, owner: Any, address: str, options: argparse.Namespace) -> dict[str, Any]:
    asked = options.requests
    one = _timed(place, address, asked, clients=1)
    eight = _timed(place, address, asked, clients=8)
    rare = _timed(place, f"{address}rows/?view=all&q={RARE}", asked, clients=1)
    common = _timed(place, f"{address}rows/?view=all&q=atelier", asked, clients=1)
    opened = _timed(place, f"{address}{1_000_000 + options.conversations - 7}/", asked, clients=1)
    queries = {"list": _queries(owner, address), "conversation": _queries(owner, f"{address}1000007/")}
    return {
        "list_1_client_ms": one,
        "list_8_clients_ms": eight,
        "rare_word_ms": rare,
        "common_word_ms": common,
        "one_conversation_ms": opened,
        "list_p95_1_client": target(one["p95"], 40),
        "list_p95_8_clients": target(eight["p95"], 150),
        "rare_word_p95": target(rare["p95"], 50),
        "queries_of_the_list": target(queries["list"], 12),
        "queries_of_a_conversation": queries["conversation"],
        "scroll_through_all": _scroll(owner),
    }


def _timed(place: Installation, address: str, count: int, clients: int) -> dict[str, float]:
    """Milliseconds of each request; *clients* ask at once, each the next as soon as it has its answer."""
    visitors = [Visitor(place) for _ in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda visitor: [visitor.get(address) for _ in range(WARM)], visitors))
        times = pool.map(lambda visitor: [visitor.get(address) for _ in range(count // clients)], visitors)
        return spread([seconds for mine in times for seconds in mine])


class Visitor:
    """Somebody signed in, on one connection."""

    def __init__(self, place: Installation) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", place.port)
        self._cookies: dict[str, str] = {}
        page = self._ask("GET", "/account/login/")[1].decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"csrfmiddlewaretoken": found[1] if found else "", "login": "owner@example.org", "password": PASSWORD}
        status, _page = self._ask("POST", "/account/login/", urlencode(form))
        if status != 302:
            raise SystemExit(f"signing in was answered {status}")

    def get(self, address: str) -> float:
        """Seconds until the whole page was there."""
        start = time.perf_counter()
        status, page = self._ask("GET", address)
        seconds = time.perf_counter() - start
        if status != 200 or not page:
            raise SystemExit(f"{address} was answered {status}")
        return seconds

    def _ask(self, method: str, address: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self._line.request(method, address, body, headers)
        answer = self._line.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read()


def _queries(owner: Any, address: str) -> int:
    """How many queries one page takes, sessions and all, for a person who has opened a page before."""
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(owner.user)
    client.get(address)
    with _counting() as count:
        client.get(address)
    return count()


@contextmanager
def _counting() -> Iterator[Callable[[], int]]:
    seen: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield lambda: len([sql for sql in seen if not sql.startswith(("SAVEPOINT", "RELEASE"))])


def _scroll(owner: Any) -> dict[str, Any]:
    """Every page of all conversations in turn, by cursor: the last must cost what the first does."""
    from binome.inbox import selectors as inbox
    from binome.inbox.selectors import Filters

    times, seen, cursor = [], 0, ""
    while True:
        start = time.perf_counter()
        page = inbox.conversations(owner.workspace, owner.user, Filters(view="all"), cursor)
        times.append(time.perf_counter() - start)
        seen += len(page.rows)
        if page.next is None:
            break
        cursor = page.next
    tenth = len(times) // 10
    return {
        "conversations_seen": seen,
        "pages": len(times),
        "first_tenth_ms": spread(times[:tenth]),
        "last_tenth_ms": spread(times[-tenth:]),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=40_000, help="of five messages each")
    parser.add_argument("--requests", type=int, default=200, help="for each figure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
