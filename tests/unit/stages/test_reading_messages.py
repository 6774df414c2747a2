"""What the stages of understanding say of plain cases: labels, evidence, and what they must not take for what it is not."""

import pytest

from binome.sdk.insight import Insight
from binome.sdk.stage import Annotation, Reading
from binome.stages import (
    commitment,
    conflict,
    distress,
    duplicates,
    hate,
    irony,
    legal,
    links,
    normal_form,
    sentiment,
    spam,
    toxicity,
    urgency,
)


def said(stage, text: str, *before: str, **annotations: Annotation) -> Annotation:
    found = stage.STAGE.read([Reading(text, before, annotations=annotations)])[0]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Je suis très déçue, le produit est arrivé cassé et personne ne répond", "negative"),
        ("Merci infiniment, l'équipe est formidable !", "positive"),
        ("absolutely love it, best purchase this year", "positive"),
        ("worst customer service I have ever had", "negative"),
    ],
)
def test_plain_feelings_are_read(text: str, label: str):
    found = said(sentiment, text)
    assert found.label == label
    assert found.evidence["words"]


@pytest.mark.parametrize("text", ["Espèce de connard, va te faire foutre", "you're a pathetic m0r0n, fuck off"])
def test_an_insult_is_toxic_and_says_whom_it_aims_at(text: str):
    found = said(toxicity, text)
    assert found.label == "toxic"
    assert found.confidence == found.evidence["score"]
    assert {"kinds", "target", "words"} <= set(found.evidence)


@pytest.mark.parametrize(
    "text", ["Merci pour votre aide", "Le match commence à quelle heure ?", "I am a proud gay man"]
)
def test_a_harmless_message_is_neither_toxic_nor_hateful(text: str):
    assert said(toxicity, text).label == "ok"
    assert said(hate, text).label == "ok"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("livraison avec deux heures de retard, désolé pour ce retard", "fr"),
        ("Pardon pour mon retard, j'arrive", "fr"),
        ("encore du retard sur la ligne 4", "fr"),
        ("Quelle merde de migraine", "fr"),
        ("saleté de moustiques", "fr"),
        ("bordel de merde", "fr"),
        ("bloody alarm clock", "en"),
        ("what a bastard of a morning", "en"),
        ("on cuisine un filet de porc dimanche", "fr"),
    ],
)
def test_what_only_sounds_abusive_is_read_in_plain_words(text: str, language: str):
    told = Annotation(language, 0.9)
    assert said(toxicity, text, language=told).label == "ok"
    assert said(hate, text, language=told).label == "ok"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("you are such a retard", "en"),
        ("retard", "fr"),
        ("quelle pute de journée, et toi t'es qu'un gros connard", "fr"),
        ("fucking traffic, and fuck you too you moron", "en"),
        ("stupid train conductor", "en"),
    ],
)
def test_what_is_abusive_beside_it_stays_so(text: str, language: str):
    assert said(toxicity, text, language=Annotation(language, 0.9)).label == "toxic"


def test_a_word_of_two_languages_is_taken_for_harmless_only_where_the_language_is_plain():
    assert said(toxicity, "mdr retard", language=Annotation("fr", 0.6)).label == "toxic"


def test_hate_is_abuse_however_calmly_it_is_said(monkeypatch):
    chances = {"toxicity": {"toxic": 0.3, "ok": 0.7}, "hate": {"hate": 0.8, "ok": 0.2}, "kinds": {}}
    read = Insight(chances | {"target": {"group": 0.9, "nobody": 0.1}}, {"hate": ("dehors",)})
    monkeypatch.setattr(toxicity, "insights_of_abuse", lambda readings: [read for _one in readings])
    found = said(toxicity, "…")
    assert (found.label, found.confidence) == ("toxic", 0.8)
    assert found.evidence == {"score": 0.8, "kinds": {"hate": 0.8}, "target": "group", "words": ["dehors"]}


def test_hate_names_whom_it_aims_at():
    found = said(hate, "Les Arabes sont des parasites, il faut tous les virer du pays")
    assert found.label == "hate"
    assert "groups" in found.evidence


def test_grief_is_distress_and_a_plain_question_is_not():
    assert said(distress, "Ma maman est décédée hier, je ne sais plus quoi faire").label == "distress"
    assert said(distress, "Quels sont vos horaires le samedi ?").label == "none"


@pytest.mark.parametrize(
    ("asked", "suffered"),
    [
        ("je voudrais parler à quelqu'un", "je voudrais parler à quelqu'un, j'ai peur de lui"),
        ("I'd like to talk to someone", "i'd like to talk to someone, i feel like dying"),
    ],
)
def test_to_ask_for_a_person_alone_is_no_distress(asked: str, suffered: str) -> None:
    assert said(distress, asked).label == "none"
    assert said(distress, suffered).label == "distress"


def test_a_lawyer_is_met_and_a_plain_question_is_not():
    assert said(legal, "Sans réponse sous huit jours, mon avocat saisira le tribunal").label == "action"
    assert said(legal, "Quels sont vos horaires le samedi ?").label == "none"


def test_danger_is_urgent_and_a_plain_question_is_not():
    assert said(urgency, "Il y a le feu dans votre magasin, appelez vite les pompiers").label == "urgent"
    assert said(urgency, "Bonjour, faites-vous des cartes cadeaux ?").label == "normal"


def test_spam_is_met_and_tells_of_its_links():
    text = "Check out my channel and subscribe for free iphones http://bit.ly/x"
    found = said(spam, text, links=said(links, text))
    assert (found.label, found.evidence["links"]) == ("spam", "shortener")
    assert said(spam, "Where is my parcel?").label == "ok"


def test_praise_after_an_outage_is_more_ironic_than_alone():
    outage = "Panne générale : aucun service jusqu'à demain, désolés pour la gêne."
    assert _ironic(said(irony, "Bravo, toujours au top !", outage)) > _ironic(said(irony, "Bravo, toujours au top !"))


def _ironic(found: Annotation) -> float:
    return found.confidence if found.label == "ironic" else 1 - found.confidence


def test_of_a_first_message_no_conflict_is_read_and_of_a_thread_it_is():
    alone = Reading("Vous vous moquez de moi depuis le début, ça va mal finir")
    later = Reading(alone.text, ("Où est mon colis ?", "Il est en route.", "Non, il n'y est pas."))
    first, then = conflict.STAGE.read([alone, later])
    assert first is None
    assert then is not None
    assert then.label in {"calm", "derailing"}


def test_a_promise_says_by_when():
    found = said(commitment, "Nous vous rappellerons demain matin avec une solution, c'est promis.")
    assert (found.label, found.evidence["when"]) == ("promise", "demain matin")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Nous vous rembourserons au plus tard le 8 février.", "au plus tard le 8 février"),
        ("We will refund you by October 2nd.", "by October 2nd"),
        ("Votre nouvelle carte vous sera envoyée le 21/09, c'est promis.", "le 21/09"),
        ("We will call you back on Tuesday at 4pm, I promise.", "on Tuesday at 4pm"),
        ("Promis, nous vous répondrons d'ici quatre à six jours.", "d'ici quatre à six jours"),
        ("I promise we'll get back to you before the end of the month.", "before the end of the month"),
        ("Nous vous envoyons votre remboursement cet après-midi.", "cet après-midi"),
        ("Nous vous rembourserons, c'est promis.", None),
    ],
)
def test_dates_hours_and_delays_are_found_as_they_were_said(text: str, when: str | None):
    found = said(commitment, text)
    assert (found.label, found.evidence.get("when")) == ("promise", when)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Nous vous rendons 7.5 euros mercredi", "mercredi"),
        ("Our helpline is open 24/7, we will call you tomorrow", "tomorrow"),
        ("We fix this in version 3.4 on Monday", "on Monday"),
        ("On vous livre mardi 3/11", "mardi 3/11"),
        ("We will pay you back by 9/30", "by 9/30"),
        ("Livraison le 4.5 au matin", "le 4.5"),
        ("It will be there on 02/11/2026", "on 02/11/2026"),
        ("Je vous appelle à 9h30", "à 9h30"),
        ("We open the gates at 7pm", "at 7pm"),
        ("On passe jeudi 11h", "jeudi 11h"),
        ("You will hear from me by Monday noon", "by Monday noon"),
        ("We ship at 8:30 on Tuesday", "at 8:30 on Tuesday"),
        ("Le plombier vient demain entre 8h et 10h", "demain entre 8h et 10h"),
        ("You will be paid on March 3, 2027", "on March 3, 2027"),
        ("Nous rouvrons dans les prochaines semaines", "dans les prochaines semaines"),
        ("We will tell you more in the coming days", "in the coming days"),
        ("Réponse sous 72h", "sous 72h"),
        ("Le spectacle reprend l'an prochain", "l'an prochain"),
        ("On vous le pose la fin de semaine prochaine", "la fin de semaine prochaine"),
        ("Vous serez payé le 12 au plus tard", "le 12 au plus tard"),
        ("We will be back early next month", "early next month"),
        ("Nous revenons vers vous très bientôt", "bientôt"),
        ("A new one is on its way to you soon", "soon"),
        ("On répond rapidement, au plus tard lundi", "au plus tard lundi"),
    ],
)
def test_a_time_is_found_whole_and_before_a_mere_soon(text: str, when: str):
    found = commitment.said_when(text)
    assert found is not None
    assert found[0] == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Livraison entre le 12 et le 14 juin", "entre le 12 et le 14 juin"),
        ("It ships between the 2nd and the 5th of July", "between the 2nd and the 5th of July"),
        ("Remboursement sous un délai maximal de 14 jours", "sous un délai maximal de 14 jours"),
        ("Réponse dans un délai d'un mois", "dans un délai d'un mois"),
        ("You get it within a maximum of 3 working days", "within a maximum of 3 working days"),
        ("We reply by Thu", "by Thu"),
        ("It leaves next Tue at 9am", "next Tue at 9am"),
        ("Je vous appelle mardi à la première heure", "mardi à la première heure"),
    ],
)
def test_ranges_terms_and_short_names_of_days_are_times(text: str, when: str):
    found = commitment.said_when(text)
    assert found is not None
    assert found[0] == when


@pytest.mark.parametrize(
    "text",
    [
        "entre 3 et 5 places restantes",
        "a maximum of 4 bags",
        "We'd like that, and we sat by the sun",
        "On sun cream we have a deal",
        "Nous vous rendons 7.5 euros",
        "Noté 9/10 par nos clients, ouvert 24/7",
        "The bug was fixed in 4.2",
        "La remise de 10.5 % est faite, à bientôt",
        "As soon as we know we will write, see you soon",
        "Notre atelier est à 2h de Lyon",
        "We sent it in an email",
        "Le colis à été envoyé en mains propres",
        "Composez le 01 99 00 12 12",
        "Il est parti il y a 3 jours",
    ],
)
def test_figures_that_tell_no_time_are_none(text: str):
    assert commitment.said_when(text) is None


def test_a_promise_says_what_in_the_sentence_that_promises_without_personal_data():
    text = "Bonjour Lou. Nous vous rappellerons lundi au 06 12 34 56 78, c'est promis. Bonne journée à vous."
    start = text.index("06 12")
    personal = Annotation("present", 0.9, {"found": [{"kind": "phone", "start": start, "end": start + 14}]})
    found = said(commitment, text, personal_data=personal)
    assert found.evidence["what"] == "Nous vous rappellerons lundi au ***, c'est promis."


def test_a_normal_form_stands_beside_what_was_written():
    found = said(normal_form, "quel c0nnard 😡", personal_data=Annotation("none", 0.97))
    assert found.label == "rewritten"
    assert found.evidence["disguised"] == {"c0nnard": "connard"}
    assert found.evidence["emoji"] == {"😡": "pouting face"}
    assert said(normal_form, "quel dommage").label == "plain"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("b4tard", "batard"),
        ("sal0p3", "salope"),
        ("$lut", "slut"),
        ("b@stard", "bastard"),
        ("🙏🏾", "person with folded hands"),
        ("🇧🇪", "flag BE"),
    ],
)
def test_a_normal_form_says_what_signs_stand_for(text: str, meant: str):
    assert said(normal_form, text, personal_data=Annotation("none", 0.97)).evidence["text"].strip() == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("un accueil gooood vibes", "un accueil good vibes"), ("c'est horrrible", "c'est horrible"), ("yesss 🙏", "yes")],
)
def test_a_normal_form_is_sober(text: str, meant: str):
    assert said(normal_form, text).evidence["text"].startswith(meant)


@pytest.mark.parametrize(
    "text",
    [
        "le château de Louis XVIII",
        "la XXXIIIe foire",
        "le XIIIème",
        "Edward VIIIth",
        "www.example.org/iii",
        "piles AAA",
        "la belle année",
    ],
)
def test_what_repeats_a_letter_without_emphasis_is_plain(text: str):
    assert said(normal_form, text).label == "plain"


@pytest.mark.parametrize(
    "text",
    ["en F# ou en C#", "mon pixel10pro", "w8 for me m8", "rdv samedi15h devant", "note A*", "bus C3x", "str8 ahead"],
)
def test_what_is_spelled_so_by_everybody_is_plain(text: str):
    assert said(normal_form, text, personal_data=Annotation("none", 0.97)).label == "plain"


def test_a_normal_form_tells_no_personal_data():
    text = "c0nnard appelle le 06 12 34 56 78 ou lou@example.org"
    found = said(normal_form, text, personal_data=Annotation("present", 0.9, {"found": [{"start": 19, "end": 33}]}))
    assert found.evidence["text"] == "connard appelle le *** ou ***"


@pytest.mark.parametrize("shown", [1, 7, 13])
def test_a_normal_form_covers_personal_data_that_go_on_after_what_is_read(shown: int):
    start = normal_form.READ - shown
    text = ("c0nnard " + "la " * 1_000)[: start - 3] + "la 06 12 34 56 78 ou demain"
    found = said(
        normal_form, text, personal_data=Annotation("present", 0.9, {"found": [{"start": start, "end": start + 14}]})
    )
    assert found.evidence["text"].endswith("la *" + "*" * min(2, shown - 1))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Bonjour, à demain.Merci", "none"),
        ("voir https://www.example.org/page", "link"),
        ("voir bit.ly/abc", "shortener"),
        ("http://192.168.4.4/login", "suspicious"),
        ("http://xn--pypal-4ve.com", "suspicious"),
        ("contact me on https://wa.me/123", "suspicious"),
        ("https://bank.com@evil.example.org", "suspicious"),
        ("gagnez un iphone sur super-cadeau-gratuit-ici.xyz", "suspicious"),
        ("écrivez à lou@example.org", "none"),
    ],
)
def test_links_are_told_apart(text: str, label: str):
    assert said(links, text).label == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("https://www.saint-remy-de-provence.fr/fete", "link"),
        ("www.pharmacie-de-la-gare.fr", "link"),
        ("https://rencontres-photo.org", "link"),
        ("https://www.crêperie-du-port.fr", "link"),
        ("https://www.amendes.gouv.fr/tai", "link"),
        ("https://колобок.рф", "link"),
        ("http://intranet:8080/x", "link"),
        ("https://yоutube.com/watch", "suspicious"),  # a Cyrillic о
        ("https://xn--yutube-wqf.com", "suspicious"),
        ("faceb0ok.com/help", "suspicious"),
        ("https://compte-ameli-paiement.com", "suspicious"),
        ("http://3232235777/", "suspicious"),
        ("trucs pas chers chez sacs-luxe dot xyz", "suspicious"),
        ("https://amzn.to/abc", "shortener"),
        ("c'était vraiment le top.top ambiance", "none"),
        ("la suite sur https://…", "none"),
        ("see you at six.work first", "none"),
        ("le point com de la mairie est faible", "none"),
    ],
)
def test_a_town_or_a_shop_is_not_suspected_for_its_name_and_an_imitation_is(text: str, label: str):
    assert said(links, text).label == label


RAID = "Boycottez cette marque qui maltraite ses salariés depuis des années"


def test_a_text_sent_by_several_is_a_raid_and_by_one_a_flood():
    raid = duplicates.STAGE.read([Reading(RAID, author=str(at)) for at in range(4)])
    assert {one.label for one in raid} == {"raid"}
    flood = duplicates.STAGE.read([Reading(RAID, author="x") for _ in range(4)])
    assert [(one.label, one.evidence["copies"]) for one in flood] == [("flood", 3)] * 4


def test_near_copies_are_met_and_different_texts_are_not():
    near = duplicates.STAGE.read([Reading(RAID, author="a"), Reading(RAID + " !!! Honte", author="b")])
    assert [one.label for one in near] == ["near", "near"]
    others = duplicates.STAGE.read(
        [Reading("Quels sont vos horaires d'ouverture ?"), Reading("Mon colis n'est pas là")]
    )
    assert [one.label for one in others] == ["unique", "unique"]


def test_what_was_said_before_in_the_thread_is_a_copy_and_thanks_never_are():
    assert said(duplicates, RAID, RAID).label == "copy"
    assert said(duplicates, "merci !", "merci !").label == "unique"


def test_what_is_in_the_batch_and_in_its_thread_is_counted_once():
    first, again = Reading(RAID, author="x"), Reading(RAID, (RAID,), "x", thread_by=("x",))
    assert [(one.label, one.evidence["copies"]) for one in duplicates.STAGE.read([first, again])] == [("copy", 1)] * 2
    third = Reading(RAID, (RAID, RAID), "x", thread_by=("x", "x"))
    assert {one.label for one in duplicates.STAGE.read([first, again, third])} == {"flood"}
    assert duplicates.STAGE.read([third])[0].label == "flood"


@pytest.mark.parametrize(
    ("text", "by", "label"),
    [
        (RAID, ("x", "x", "x"), "flood"),
        (RAID, (), "flood"),  # not told by whom
        (RAID, ("y", "z", "x"), "raid"),
        ("bonne retraite à toutes", ("y", "z", "x"), "copy"),
        (RAID, ("x", "", ""), "copy"),
        (RAID, ("", "", ""), "unique"),
    ],
)
def test_only_what_its_author_said_before_makes_a_flood_and_the_team_repeats_itself_freely(text: str, by, label: str):
    assert duplicates.STAGE.read([Reading(text, (text,) * 3, "x", thread_by=by)])[0].label == label


def test_a_sign_that_nobody_sees_makes_no_other_text():
    hidden = [RAID[:at] + "\u200b" + RAID[at:] for at in (3, 9, 30)]
    assert {one.label for one in duplicates.STAGE.read([Reading(text, author="x") for text in hidden])} == {"flood"}


def test_a_few_words_or_emoji_are_a_flood_only_if_one_author_goes_on():
    hammered = duplicates.STAGE.read([Reading(text, author="x") for text in ["🔥🔥"] * 6 + ["répondez"] * 5])
    assert {one.label for one in hammered} == {"flood"}
    everybody = duplicates.STAGE.read([Reading("bravo !", author=str(at)) for at in range(9)])
    assert {one.label for one in everybody} == {"unique"}
    unnamed = duplicates.STAGE.read([Reading(text) for text in ["", "ok"] * 6])
    assert {one.label for one in unnamed} == {"unique"}


def test_wishes_that_several_write_alike_are_no_raid_until_a_crowd_does():
    wish = "bonne retraite à toute l'équipe"
    assert {one.label for one in duplicates.STAGE.read([Reading(wish, author=str(at)) for at in range(4)])} == {"copy"}
    assert {one.label for one in duplicates.STAGE.read([Reading(wish, author=str(at)) for at in range(12)])} == {"raid"}
