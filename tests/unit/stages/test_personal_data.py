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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03 88 98 76 54 / 07 98 76 54 32", "[phone] / [phone]"),
        ("07.98.76.54.32.03.88.98.76.54", "[phone].[phone]"),
        ("07 98 76 54 32 24h/24, 69003", "[phone] 24h/24, 69003"),
        ("07 98 76 54 32 31/12", "[phone] 31/12"),
        ("jeudi 06 07 98 76 54 32", "jeudi 06 [phone]"),
        ("le 12/05/2025 03 88 98 76 54", "le 12/05/2025 [phone]"),
        ("Dossier 8841 - 03 88 98 76 54 (2 adultes)", "Dossier 8841 - [phone] (2 adultes)"),
        ("07 98 76 54 32 a 14 h pour 2", "[phone] a 14 h pour 2"),
        ("+33 7 98 76 54 32 06 11 22 33 44", "[phone] [phone]"),
        ("+33 6 98 76 54 32 (3 enfants)", "[phone] (3 enfants)"),
        ("ring 07911 123456 24/7", "ring [phone] 24/7"),
        ("table 4, 416-555-0123 ext 12", "table 4, [phone] ext 12"),
        ("card 5105 1051 0510 5100 08/27 321", "card [card] 08/27 321"),
        ("2 x 378282246310005 0527", "2 x [card] 0527"),
        ("nir 2 69 05 49 588 157 80 07 98 76 54 32", "nir [nir] [phone]"),
        ("079 865 30 19 / 079 700 70 54", "[phone] / [phone]"),
        ("commande 0846 - 09 73 94 37 64", "commande 0846 - [phone]"),
        ("07-09-59-20-44 24/24", "[phone] 24/24"),
        ("51 05 10 51 05 10 51 00", "[card]"),
    ],
)
def test_a_number_is_found_whatever_numbers_stand_beside_it(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "séance du 03-04-2025 18:45",
        "le 05.09.25 à 20.30",
        "doors open 04-12-2025 19 30",
        "Atelier le 07 03 2025 14 h",
        "2025-04-12 10:30:22",
        "du 01-02-2024 au 15-02-2024",
        "les 04 05 06 07 08 09 juillet",
        "August 04 05 06 07 08",
        "ISBN 2-07-036822-5",
        "0-19-852663-6 in our library",
        "+25 000 000 dollars raised",
        "déjà +45 678 901 abonnés",
        "référence 2024-0612345678",
        "0.0612345678, 3.0612345678",
    ],
)
def test_dates_amounts_and_references_are_no_phones(text: str):
    assert covered(text) == text


@pytest.mark.parametrize("between", ["\t", "\u2009", "\u202f", "\u00a0", "\u2011", "\u2013", "\u00b7", "_", "  "])
def test_figures_are_read_whatever_stands_between_their_groups(between: str):
    for written, kind in (
        ("07 98 76 54 32", "phone"),
        ("5105 1051 0510 5100", "card"),
        ("BE68 5390 0754 7034", "iban"),
        ("2 69 05 49 588 157 80", "nir"),
    ):
        assert covered(f"voici {written.replace(' ', between)} merci") == f"voici [{kind}] merci"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("０７９８７６５４３２ svp", "[phone] svp"),
        ("7️⃣ fois : 0️⃣7️⃣9️⃣8️⃣7️⃣6️⃣5️⃣4️⃣3️⃣2️⃣ !", "7️⃣ fois : [phone] !"),
        ("💐 an\u200bna@cl\u00adub.be ok", "💐 [email] ok"),
        ("anna＠club.be", "[email]"),
        ("virement GB 82 WEST 1234 5698 7654 32 merci", "virement [iban] merci"),
        ("IBANBE68539007547034", "IBAN[iban]"),
    ],
)
def test_signs_that_look_alike_are_alike_and_those_unseen_hide_nothing(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "anna@yahoo .fr",
        "anna @ orange . fr",
        "anna@free point fr",
        "anna@club dot co dot uk",
        "anna dot k at outlook dot com",
        "anna point k arobase orange point fr",
        "anna underscore k [@] club.be",
        "anna.k@sport.club.paris.asso.gouv.fr",
    ],
)
def test_an_address_is_found_whole_however_its_dots_are_told(text: str):
    assert covered(text) == "[email]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 chaussée de Waterloo, 1060 Saint-Gilles", "[address]"),
        ("Chaussée de Mons 120, 7000 Mons", "[address]"),
        ("quai de la loire 4 4000 Liège", "[address]"),
        ("Lozanastraat 12, 2018 Antwerpen", "[address]"),
        ("Hauptstraße 5, 10115 Berlin", "[address]"),
        ("on est 9 promenade du Peyrou", "on est [address]"),
        ("8 hameau des Pins 73000 Chambéry", "[address]"),
        ("21 r Pasteur 59000 Lille", "[address]"),
        ("5 imp. des Acacias", "[address]"),
        ("3/5 rue Pasteur", "[address]"),
        ("16-18 avenue Foch 57000 Metz", "[address]"),
        ("4 rue du 8 mai 1945", "[address]"),
        ("2024 rue Sherbrooke, Montréal", "[address], Montréal"),
        ("41 W 57th St, New York, NY 10019", "[address]"),
        ("14 Elm Drive, Leeds LS6 2AB", "[address]"),
        ("14 Elm Drive, Leeds", "[address], Leeds"),
        ("5 impasse des Lilas m5v 2t6", "[address] [postcode]"),
        ("it is LS62AB", "it is [postcode]"),
    ],
)
def test_ways_are_known_by_all_their_names(text: str, expected: str):
    assert covered(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "depuis 2023 avenue Foch est fermée",
        "In 2019 Abbey Road reopened",
        "21 Pictures That Are Way Too Real",
        "The 5 Second Rule Court",
        "2 Close Friends of mine",
        "1 promenade en bateau",
        "3 voies rapides",
        "12 r de plus",
        "merci @lou. De rien",
        "rdv @ lyon . ca va être bien",
        "merci @sfr point de vente de Lyon",
        "merci @gmail point de contact",
        "DE 12 ANS A 77 ANS ON SE RETROUVE TOUS",
        "\u212aW 12 3456 7890 1234 5678 9012 3456 78",
        "my m5v 2t6 build fails",
        "https://example.org/a/V8P6I2",
    ],
)
def test_titles_years_and_mentions_are_no_addresses(text: str):
    assert covered(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "02 9876543",
        "081 98 76 54",
        "416-5550123",
        "(416) 5550123",
        "0032 475 98 76 54",
        "0041 76 987 65 43",
        "0044 7911 123456",
        "32 475 98 76 54",
        "41 76 987 65 43",
        "44 7911 123456",
        "+639178285483",
        "(0)7 98 76 54 32",
    ],
)
def test_numbers_of_other_countries_are_known_by_their_groups(text: str):
    assert covered(f"call {text}") == "call [phone]"


@pytest.mark.parametrize(
    "text",
    ["32475987654", "41769876543", "447911123456", "41 76 98 76 54 32", "029876543", "4165550123", "081-98-76"],
)
def test_a_number_without_its_groups_is_a_phone_only_where_it_begins_like_one(text: str):
    assert covered(f"ref {text}") == f"ref {text}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Commande n° 0798765432 en retard", "Commande n° 0798765432 en retard"),
        ("numéro de dossier : 0398765432", "numéro de dossier : 0398765432"),
        ("order 0298765432 is lost", "order 0298765432 is lost"),
        ("my account number is 0198765432", "my account number is 0198765432"),
        ("SN 0498765432", "SN 0498765432"),
        ("commande n° 4512, mon numéro 0798765432", "commande n° 4512, mon numéro [phone]"),
        ("infos et commandes au 0398765432", "infos et commandes au [phone]"),
        ("client injoignable au 07 98 76 54 32", "client injoignable au [phone]"),
        ("n° 0798765432", "n° [phone]"),
        ("appelez0798765432", "appelez[phone]"),
        ("Tél0398765432merci", "Tél[phone]merci"),
        ("07 98 76 54 32svp", "[phone]svp"),
        ("REF0798765432", "REF0798765432"),
        ("0798765432abc98", "0798765432abc98"),
        ("XZ0398765432AB", "XZ0398765432AB"),
    ],
)
def test_ten_figures_are_what_the_words_before_them_say_and_words_may_touch_a_phone(text: str, expected: str):
    assert covered(text) == expected
