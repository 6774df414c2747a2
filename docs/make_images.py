"""Takes the README's pictures anew: `python -m docs.make_images`. A fresh demo, a real browser, nothing retouched."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.fixtures.browser import ARGUMENTS, chromium

PROJECT = Path(__file__).resolve().parents[1]
IMAGES = PROJECT / "docs" / "images"
WIDE, SITE = {"width": 1440, "height": 900}, {"width": 1200, "height": 800}
LARGEST = 300 * 1024
"""Bytes of one picture."""

QUESTION = "slt vs ouvrez koi dimanche ?"
SAID = re.compile(
    r"(?P<home>http://localhost:\d+)\n.* (?P<address>\S+@\S+), .* (?P<password>\S+)\n.* (?P<page>http\S+)"
)


def main() -> None:
    with _demo() as said, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        _inbox(browser, said, "fr", "light", "Lou Pasquier")
        _inbox(browser, said, "en", "dark", "Hannah Brandt")
        _widget(browser, said)
        browser.close()


def _inbox(browser: Browser, said: re.Match[str], language: str, scheme: str, member: str) -> None:
    page = browser.new_page(base_url=said["home"], viewport=WIDE, timezone_id="Europe/Paris", locale=language)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/account/login/")
    page.fill("input[name=login]", said["address"])
    page.fill("input[name=password]", said["password"])
    page.press("input[name=password]", "Enter")
    page.locator("#rows").wait_for()
    page.goto("/account/")
    page.select_option("select[name=language]", language)
    page.locator("select[name=language]").locator("xpath=ancestor::form").locator("button[type=submit]").click()
    page.goto("/")
    page.locator("[data-item]", has_text=member).click()
    page.locator("#suggestion").wait_for()
    _keep(page, f"inbox-{language}-{scheme}.png")


def _widget(browser: Browser, said: re.Match[str]) -> None:
    page = browser.new_page(viewport=SITE, timezone_id="Europe/Paris", locale="fr")  # type: ignore[arg-type]
    page.goto(said["page"])
    page.locator("button[aria-expanded=false]").click()
    chat = page.frame_locator("iframe")
    chat.get_by_role("textbox").fill(QUESTION)
    chat.get_by_role("textbox").press("Enter")
    chat.locator("#messages .bubble.ai").wait_for()
    _keep(page, "widget-fr.png")


def _keep(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    time.sleep(1)
    content = page.screenshot(path=IMAGES / name, animations="disabled")
    print(f"{name}: {len(content) // 1024} kB")
    if len(content) > LARGEST:
        sys.exit(f"{name} is too heavy for a README")
    page.close()


@contextmanager
def _demo() -> Iterator[re.Match[str]]:
    """What a demo of its own printed when it was open: its address, the sign-in, the page with the chat."""
    with tempfile.TemporaryDirectory(prefix="binome-images-") as folder:
        Path(folder).chmod(0o711)
        log = Path(folder, "said")
        with log.open("w") as output:
            command = [sys.executable, "-m", "binome", "demo"]
            process = subprocess.Popen(command, cwd=PROJECT, env=_environment(folder), stdout=output, stderr=output)  # noqa: S603
        try:
            yield _announced(log)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _announced(log: Path) -> re.Match[str]:
    for _tenth in range(1_200):
        if found := SAID.search(log.read_text()):
            return found
        time.sleep(0.1)
    sys.exit(f"the demo does not open:\n{log.read_text()}")


def _environment(home: str) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return {
        **os.environ, "BINOME_HOME": home, "BINOME_ENV_FILE": "", "LANG": "C.UTF-8", "DATABASE_URL": "",
        "BINOME_BIND": f"127.0.0.1:{port}", "BINOME_PUBLIC_URL": f"http://localhost:{port}",
    }  # fmt: skip


if __name__ == "__main__":
    main()
