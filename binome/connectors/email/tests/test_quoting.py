# ruff: noqa: E501 (a mail's lines are as long as they are)
import pytest

from binome.connectors.email.htmltext import text_of
from binome.connectors.email.quoting import new_text

NEW = "Merci, et le dimanche ?"
HISTORY = "Bonjour,\nNous ouvrons à 9 h.\n"
QUOTED = "> Bonjour,\n> Nous ouvrons à 9 h.\n"

BEGINNINGS = {
    "Gmail in French": "Le sam. 7 mars 2026 à 08:02, Nous <contact@asso.example> a\u00a0écrit\u00a0:\n\n" + QUOTED,
    "Gmail in French, wrapped": "Le sam. 7 mars 2026 à 08:02, Notre association de quartier <\ncontact@asso.example> a écrit :\n\n" + QUOTED,
    "Gmail in English": "On Sat, Mar 7, 2026 at 8:02 AM Us <contact@asso.example> wrote:\n" + QUOTED,
    "Gmail in English, wrapped": "On Sat, Mar 7, 2026 at 8:02 AM Our neighbourhood association\n<contact@asso.example> wrote:\n\n" + QUOTED,
    "Apple Mail in French": "> Le 7 mars 2026 à 08:02, Nous <contact@asso.example> a écrit :\n>\n" + QUOTED,
    "Apple Mail in French, not marked": "Le 7 mars 2026 à 08:02, Nous <contact@asso.example> a écrit :\n\n" + HISTORY,
    "Thunderbird in French": "Le 07/03/2026 à 08:02, Nous a écrit\u202f:\n" + QUOTED,
    "Thunderbird in English": "On 07/03/2026 08:02, Us wrote:\n" + QUOTED,
    "Outlook in French": "De : Nous <contact@asso.example>\nEnvoyé : samedi 7 mars 2026 08:02\nÀ : Anaïs\nObjet : Horaires\n\n" + HISTORY,
    "Outlook in French, bold": "*De :* Nous <contact@asso.example>\n*Envoyé :* samedi 7 mars 2026 08:02\n*À :* Anaïs\n*Objet :* Horaires\n\n" + HISTORY,
    "Outlook in English": "From: Us <contact@asso.example>\nSent: Saturday, March 7, 2026 8:02 AM\nTo: A\nSubject: Hours\n\n" + HISTORY,
    "Outlook on a telephone": "________________________________\nDe : Nous <contact@asso.example>\nEnvoyé : 7 mars 2026\nÀ : A\nObjet : H\n\n" + HISTORY,
    "old Outlook in French": "-----Message d'origine-----\nDe : Nous [mailto:contact@asso.example]\n" + HISTORY,
    "old Outlook, curly": "----- Message d’origine -----\n" + HISTORY,
    "old Outlook in English": "-----Original Message-----\nFrom: Us\n" + HISTORY,
    "Yahoo in French": "Le samedi 7 mars 2026 à 08:02:11 UTC+1, Nous <contact@asso.example> a écrit : \n\n" + HISTORY,
    "Orange webmail": "> Message du 07/03/26 08:02\n> De : contact@asso.example\n" + QUOTED,
    "La Poste, ISO date": "Le 2026-03-07 08:02, contact@asso.example a écrit :\n" + QUOTED,
    "Proton": "Le samedi 7 mars 2026 à 08:02, Nous <contact@asso.example> a écrit :\n\n" + QUOTED,
    "answered before": "Anaïs a écrit le 07/03/2026 à 08:02 :\n" + QUOTED,
    "no word of introduction": QUOTED,
}  # fmt: skip

SIGNATURES = {
    "by the convention": "-- \nAnaïs\n06 00 00 00 00",
    "without its space": "--\nAnaïs",
    "a telephone in French": "Envoyé de mon iPhone",
    "a telephone in English": "Sent from my iPhone",
    "Android in French": "Envoyé depuis mon appareil Android",
    "Outlook for iOS": "Télécharger Outlook pour iOS<https://aka.example/o0ukef>",
    "Windows": "Envoyé à partir de Courrier pour Windows",
    "Yahoo": "Envoyé depuis Yahoo Mail pour Android",
    "a rule": "________________________________",
}

KEPT = {
    "a list": "Il me faut :\n- du pain\n- du lait",
    "closing words": "Merci !\n\nCordialement,\nAnaïs",
    "somebody who says what another wrote": "Le patron a écrit :\nrevenez demain.\nC’est normal ?",
    "a sentence with From": "From: here to there, it works.",
    "an answer within the history": "C’est noté.",
    "a dash in a sentence": "Bonjour\n-- non, rien --\nmerci",
    "one line of fields": "Objet : demande de devis\nBonjour, combien ?",
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_the_history_is_set_apart(name: str) -> None:
    assert new_text(f"{NEW}\n\n{BEGINNINGS[name]}") == NEW


@pytest.mark.parametrize("name", BEGINNINGS)
def test_the_history_is_set_apart_with_the_line_ends_of_the_network(name: str) -> None:
    assert new_text(f"{NEW}\n\n{BEGINNINGS[name]}".replace("\n", "\r\n")) == NEW


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_signature_of_a_program_is_set_apart(name: str) -> None:
    assert new_text(f"{NEW}\n\n{SIGNATURES[name]}") == NEW


@pytest.mark.parametrize("name", KEPT)
def test_what_a_person_wrote_is_kept(name: str) -> None:
    assert new_text(KEPT[name]) == KEPT[name]


def test_answers_between_quoted_lines_are_all_kept() -> None:
    text = "Bonjour,\n\n> Ouvrez-vous samedi ?\nOui.\n\n> Et dimanche ?\nNon.\n"
    assert new_text(text) == "Bonjour,\n\nOui.\n\nNon."


def test_a_mail_that_is_only_forwarded_is_kept_whole() -> None:
    text = "---------- Forwarded message ---------\nDe : Anaïs <anais@example.org>\nDate: sam. 7 mars 2026\n\nBonjour"
    assert new_text(text) == text


def test_html_says_what_is_new_without_its_history_and_signature() -> None:
    html = (
        "<div dir=ltr>Merci&nbsp;!<br>À <b>samedi</b>.<ul><li>pain<li>lait</ul></div>"
        '<div class="gmail_signature">Anaïs</div><div class="gmail_quote">Le 7 mars, Nous a écrit :'
        "<blockquote>Bonjour</blockquote></div>"
    )
    assert text_of(html) == "Merci !\nÀ samedi.\n\n- pain\n- lait"
    assert text_of(html, whole=True).endswith("Anaïs\n\nLe 7 mars, Nous a écrit :\nBonjour")


def test_html_of_outlook_ends_where_it_marks_the_history() -> None:
    html = '<p>Oui.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">De : nous</div><p>Bonjour</p>'
    assert text_of(html) == "Oui."


def test_scripts_styles_and_comments_are_no_text() -> None:
    html = "<style>p{color:red}</style><script>alert(1)</script><!-- hidden --><p>Bonjour<p>Salut <img src=x onerror=y>"
    assert text_of(html) == "Bonjour\n\nSalut"


@pytest.mark.parametrize(
    "text",
    [
        "On " * 20_000 + "wrote",
        "Le " + "a écrit " * 20_000,
        "> " * 50_000,
        "-" * 100_000,
        "De :\n" * 20_000,
        " " * 100_000 + ":",
        "<div>" * 20_000 + "x",
        "<table><tr><td>" * 5_000,
        ("a écrit (" * 30 + "\n") * 2_000,
    ],
    ids=range(9),
)
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    assert isinstance(new_text(text), str)
    assert isinstance(text_of(text), str)
