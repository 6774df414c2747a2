"""Personal data are found where they are, checked where they carry a check, and never repeated."""

import pytest

from binome.sdk.stage import Reading
from binome.stages.personal_data import STAGE, masked


def covered(text: str) -> str:
    return masked(text, STAGE.read([Reading(text)])[0].evidence.get("found", []))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon mail jean.dupont@example.org et tel 06 12 34 56 78", "mon mail [email] et tel [phone]"),
        ("jean (at) example.com", "[email]"),
        ("+33 6 12 34 56 78 ou 0033612345678", "[phone] ou [phone]"),
        ("call 555-123-4567 or (020) 7946 0958", "call [phone] or [phone]"),
        ("FR76 3000 6000 0112 3456 7890 189 merci", "[iban] merci"),
        ("carte 4539 1488 0343 6467 exp 12/27", "carte [card] exp 12/27"),
        ("nir 2 69 05 49 588 157 80", "nir [nir]"),
        ("j'habite 12 bis rue des Lilas, 69003 Lyon", "j'habite [address]"),
        ("I live at 221B Baker Street, London NW1 6XE", "I live at [address]"),
    ],
)
def test_what_is_personal_is_covered_by_its_kind(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FR76 3000 6000 0112 3456 7890 188",  # one figure off: the check digits do not hold
        "carte 4539 1488 0343 6468",
        "nir 2 69 05 49 588 157 81",
        "commande 202411230045 du 12/11/2026 à 14h30",
        "il y a 1 500 000 habitants",
        "we meet at noon.tomorrow",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str):
    assert covered(text) == text
    assert STAGE.read([Reading(text)])[0].label == "none"


def nir(body: str) -> str:
    """The number with its key, so that the tests hold nobody's."""
    key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
    return f"{body}{key:02d}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fax.01 44 55 66 77", "Fax.[phone]"),
        ("gsm 0496/55.66.77", "gsm [phone]"),
        ("au bureau : 04 222 33 44", "au bureau : [phone]"),
        ("à Lausanne 021 555 66 77", "à Lausanne [phone]"),
        ("01/44/55/66/77 le matin", "[phone] le matin"),
        ("(418)555-0178 poste 3", "[phone] poste 3"),
        ("my cell is 6135550178", "my cell is [phone]"),
        ("ring 07700 900777 or +44 (0)161 496 0777", "ring [phone] or [phone]"),
        ("joignable (+41) 22 555 66 77", "joignable [phone]"),
    ],
)
def test_numbers_are_called_as_each_country_writes_them(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "zoe.k arobase laposte point net",
        "zoe_k [at] club-sport [dot] org",
        "zoe.k(a)wanadoo.fr",
        "zoe at outlook dot com",
        "zoe.k at club-sport.be",
        "zoe.k@yahoo,fr",
        "zoe @ club-sport.ca",
        "zoë@club-été.fr",
    ],
)
def test_an_address_spelled_so_that_machines_miss_it_is_found(text: str):
    assert covered(text) == "[email]"


@pytest.mark.parametrize("sex_to_town", ["198072A004112", "2600399351207", "1855233063008"])
def test_a_social_security_number_is_known_by_its_month_and_its_key(sex_to_town: str):
    assert covered(f"num : {nir(sex_to_town)}") == "num : [nir]"
    assert covered(nir(sex_to_town[:3] + "15" + sex_to_town[5:])) != "[nir]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NL91ABNA0417164300 sur ce compte", "[iban] sur ce compte"),
        ("versez sur LU28 0019 4006 4475 0000 merci", "versez sur [iban] merci"),
        ("visa 4012-8888-8888-1881", "visa [card]"),
        ("mastercard 2223 0031 2200 3222", "mastercard [card]"),
    ],
)
def test_accounts_and_cards_end_where_their_country_or_network_says(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31 quai des Chartrons 33000 Bordeaux", "[address]"),
        ("c'est au 4 rue du général leclerc quand vous passez", "c'est au [address] quand vous passez"),
        ("livrez 6 place Bellecour svp", "livrez [address] svp"),
        ("chez moi 18 cours Mirabeau, Aix", "chez moi [address], Aix"),
        ("je reste au 85 boul. Charest, Québec", "je reste au [address], Québec"),
        ("Avenue Louise 231, 1050 Bruxelles", "[address]"),
        ("c'est 9 rue J. Prévert.", "c'est [address]."),
        ("We are at 61 Oak Lane. Thanks", "We are at [address]. Thanks"),
        ("10 Downing St, London SW1A 2AA", "[address]"),
        ("350 Fifth Ave, New York, NY 10118", "[address]"),
        ("742 evergreen terrace", "[address]"),
        ("my code is V6B 4Y8", "my code is [postcode]"),
        ("j'habite 59000 Lille", "j'habite [postcode]"),
    ],
)
def test_a_street_is_found_with_its_number_and_no_more_of_the_sentence(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "reste 3 place dans la navette ?",
        "1 place de cinéma offerte",
        "4 cours de natation pour adultes",
        "il y a 1 passage toutes les heures",
        "1 résidence pour artistes",
        "le tram 12 avenue de la Gare est en panne",
        "en 52 av. J.-C. à Alésia",
        "félicitations @club.de.judo",
        "buy it at fnac.com or at bol.com",
        "BX21 arrive bientot en magasin les amis",
        "code-barres 3017620422003",
        "suivi 7700123456789",
        "15000 Spectateurs ce soir",
        "la mairie de 44000 Nantes",
        "3 new street lights and 2 big street parties",
        "we did +2000000 views, +3 000 000 in all",
        "collab ? dm @agence.des.stars",
        "at what point it changed I cannot tell",
        "dossier 00001234567",
        "AB12 CDE is parked across our door, whose car is it",
        "les numéros 4 8 15 16 23 42",
    ],
)
def test_what_people_say_every_day_holds_nothing_personal(text: str):
    assert covered(text) == text
