"""Where links lead, however they are written; and what looks like a link and is none."""

import pytest

from binome.sdk.stage import Annotation, Reading
from binome.stages import links
from binome.stages.links import READ


def said(text: str) -> Annotation:
    return links.STAGE.read([Reading(text)])[0]


def why(text: str) -> list[str]:
    return list(said(text).evidence.get("why", ()))


@pytest.mark.parametrize(
    "around",
    ["{}, à bientôt", "allez voir {}!", "see {}; it is new", "« {} »", "«{}»", "“{}”", "**{}**", "_{}_", "`{}`", "({})",
     "[{}]", "{{{}}}", "{}…", "{}... la suite", "{}😀", "la page {}: tout y est", "{}.Merci à tous", "regarde {}|ou pas"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("address", "host", "label"),
    [
        ("https://lots-du-jour.icu", "lots-du-jour.icu", "suspicious"),
        ("http://10.20.30.40", "10.20.30.40", "suspicious"),
        ("www.fast-prizes.top", "fast-prizes.top", "suspicious"),
        ("https://cutt.ly/Zx81", "cutt.ly", "shortener"),
        ("https://mairie-exemple.fr", "mairie-exemple.fr", "link"),
        ("https://library.example.org/hours", "library.example.org", "link"),
    ],
)
def test_what_stands_around_an_address_hides_nothing(around: str, address: str, host: str, label: str) -> None:
    found = said(around.format(address))
    assert (found.label, found.evidence["hosts"]) == (label, [host])


@pytest.mark.parametrize(
    "text",
    ["https://exemple.fr/fichier.exe.", "(http://example.org/setup_(2).apk)", "http://example.org/a.scr, hurry", "«http://exemple.fr/b.apk»"],
)  # fmt: skip
def test_a_file_is_seen_before_a_full_stop_too(text: str) -> None:
    assert why(text) == ["file"]


@pytest.mark.parametrize(
    "text",
    [
        "voir lnkd.in/Ab3dE", "see spoti.fi/Ab3dE now", "forms.gle/x1, merci", "amzn.to/3xYz", "TINY.CC/abc", "https://is.gd./abc",
        "https://promo.page.link/Q1", "https://preview.tinyurl.com/abc", "maps.app.goo.gl/Ab", "https://rb.gy:443/abc",
        "https://exemple.fr/a,https://bit.ly/b", "https://example.orghttps://bit.ly/b",
    ],
)  # fmt: skip
def test_a_shortener_is_known_without_https_and_below_its_name(text: str) -> None:
    assert said(text).label == "shortener"


@pytest.mark.parametrize("list_", ["shorteners", "contacts"])
def test_all_that_are_listed_are_known_by_their_bare_name_with_a_path(list_: str) -> None:
    wanted = {"shorteners": "shortener", "contacts": "suspicious"}[list_]
    assert [host for host in links._LISTS[list_] if said(f"voir {host}/Ab3dE merci").label != wanted] == []


@pytest.mark.parametrize(
    "text",
    ["notbit.ly/abc", "https://bit.ly.example.org/x", "https://myt.co/x", "exemple.org/bit.ly"],
)  # fmt: skip
def test_a_name_that_only_ends_like_a_shortener_is_none(text: str) -> None:
    assert said(text).label in {"link", "none"}


@pytest.mark.parametrize(
    "text", ["compagnie.nc/horaires", "our page: club.gg/join", "plumber.co.nz/prices", "ville.sn/agenda"]
)
def test_a_path_makes_an_address_of_a_name_with_the_ending_of_a_country(text: str) -> None:
    assert said(text).label == "link"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://laposte.fr@exemple.org/suivi", "hidden_host"),
        ("https://ameli.fr:compte@example.org", "hidden_host"),
        ("http://exemple.fr\\@example.org", "hidden_host"),
        ("[impots.gouv.fr](https://exemple.org/a)", "hidden_host"),
        ("read [https://library.example.org](http://shelf.example.com/x)", "hidden_host"),
        ('<a class="b" href="https://exemple.org/x">www.banque-exemple.fr</a>', "hidden_host"),
        ("http://2130706433/", "no_name"),
        ("http://0x7f000001/a", "no_name"),
        ("http://0x7f.0.0.1", "no_name"),
        ("http://127.1:8000/", "no_name"),
        ("http://[2001:db8::7]/", "no_name"),
        ("https://b%61nque.fr/", "no_name"),
        ("https://" + "a" * 300 + ".fr", "no_name"),
        ("https://microsоft.com", "lookalike"),  # a Cyrillic о
        ("gооgle.com/login", "lookalike"),
        ("https://ｖｉｎｔｅｄ.fr", "lookalike"),
        ("https://xn--80ak6aa92e.com/", "lookalike"),
        ("https://www.paypaI.com", "lookalike"),
        ("https://arnazon.com/gp", "lookalike"),
        ("https://face8ook.com", "lookalike"),
        ("https://www.leboncoin.fr.exemple.net/a", "lookalike"),
        ("https://impots.gouv.fr.example.org", "lookalike"),
        ("hxxp://exemple.fr/a", "broken"),
        ("h**ps://example.org", "broken"),
        ("hxxps[://]example.org/a", "broken"),
        ("sacs-luxe[.]ru", "spelled"),
        ("win-big (dot) info", "spelled"),
        ("ventes{point}net", "spelled"),
        ("[lire](javascript:fetch('x'))", "script"),
        ("vbscript:run(1)", "script"),
        ("data:text/html;base64,PHA+", "script"),
        ("HTTPS://LOTS.XYZ", "ending"),
        ("http:\\\\lots.xyz", "ending"),
        ("https://lots。xyz", "ending"),
        *[
            (f"https://lo{sign}ts.xyz", "ending")
            for sign in "\u00ad\u061c\u180e\u200b\u2066\u206a\ufe0f\ufeff\U000e0061"
        ],
        ("lots.xyz:8443/a", "ending"),
        ("https://example.org/go?to=https://lots.xyz", "ending"),
        ("https://somebody.t.me/1", "private_chat"),
    ],
)
def test_tricks_are_told(text: str, reason: str) -> None:
    assert reason in why(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://exemple.fr?courriel=lou@exemple.org", "https://example.org/#lou@example.org", "https://social.example.org/@lou",
        "https://exemple.fr:8443/a", "http://exemple.fr\u200b", "HTTPS://WWW.PAYPAL.COM/FR", "https://www.Instagram.com/a",
        "https://www.amazon.co.uk/a", "https://www.google.com.au", "https://orange.info.exemple.fr", "https://www.apple.com/fr",
        "[notre site](https://exemple.fr)", "[exemple.fr](https://www.exemple.fr/a)", "[blog.example.org](https://example.org/blog)",
        "[Node.js](https://example.org)", '<a href="https://exemple.fr/a">exemple.fr</a>', "https://मराठी.भारत/", "https://ไทย.ไทย/",
        "http://localhost:8000, chez moi", "http:\\\\exemple.fr\\a", "https://modern-living.example.org", "https://web.example.org/http://exemple.fr",
        "RTL.fr", "lesoir.be", "CALGARY.CA", "crêperie-du-quai.fr", "example.org/bob@work",
    ],
)  # fmt: skip
def test_ordinary_links_are_not_suspected(text: str) -> None:
    assert said(text).label == "link"


@pytest.mark.parametrize(
    "text",
    [
        "lou@exemple.fr", "Lou.B@example.org.", "écrivez à lou.b+a@exemple.fr, merci", "lou @ exemple.fr", "lou(at)exemple.fr",
        "lou [at] example.org", "lou arobase exemple.fr", "lou@example dot com", "lou at gmail dot com", "lou (at) exemple (point) fr",
        "<lou@lots.xyz>", "mailto:lou@exemple.fr", "lou@exemple[.]fr",
        "plan.pdf", "photo-2.jpeg", "v3.1.4", "Vue.js", "Vue.js/Node.js", "main.py/test.py", "lisez-moi.md", "setup.exe", "archive.tar.gz",
        "c'est tout.Voilà", "bientôt fini.Ca va durer", "on arrive.De rien", "en 2019.De là", "à 9h.de bon matin", "so tired.It hurts",
        "no more crisis.EU rules", "c'est raté.ca alors", "M.Durand", "Mme.Roy/M.Roy", "etc.Puis", "tous.tes", "et/ou", "3.50/kg",
        "10.1.0.0/16", "c'est top.Top ambiance", "up to u.to be honest", "5.12.2024/6.12.2024", "le point (point) de vue",
        "(.)(.)", "R.E.M.", "U.S.A",
        "https://…", "http:// ...", "https://*****", "le http:// du début", "de http:// à https://", "svp :/", "http:/2019/05/photo",
        "JavaScript: un langage (facile)", "data: text and pictures", "[1](2)", "[.]",
    ],
)  # fmt: skip
def test_what_is_no_link_is_none(text: str) -> None:
    assert said(text).label == "none"


@pytest.mark.parametrize(
    "part",
    ["http://", "www.", "www.a!", "http://a@", "href=", "[a](", "javascript:", "a.", "a_", "a[.]", "a dot ", "https://xn--a.", "\ud800."],
)  # fmt: skip
def test_any_text_is_read_and_its_end_is_not(part: str) -> None:
    crowded = part * (READ // len(part))
    assert said(crowded.ljust(READ) + " https://lots.xyz") == said(crowded)
