"""Does the writer want a person, or only ask whether this is a machine?"""

from collections.abc import Sequence

from binome.kit.phrases import Found, Phrases, words
from binome.sdk.stage import Annotation, Reading

_SOMEBODY = (
    "quelqu|qq|qqun|qqn|kelkun|kelk1|qelqun|quelquun|qlq1|humain|humains|humin|umain|personne|conseiller|conseillere|"
    "conseillé|agent|operateur|operatrice|responsable|responsables|directeur|directrice|gerant|gerante|standardiste|"
    "interlocuteur|interlocutrice|manager|collegue|collegues|employe|employee|benevole|vraie|vrai|etre|service|equipe|"
    "superieur|hierarchie|chef|patron|patronne|sav|standard|technicien|technicienne|conseille"
)
_ANYONE = (
    "human|humans|humain|person|persons|someone|somone|smone|somebody|sum1|some1|agent|agents|representative|rep|reps|"
    "operator|manager|supervisor|staff|employee|people|adviser|advisor|live|real|actual|team|assistant|colleague|owner|boss"
)
_SPEAK = "parler|parlé|parle|parl|discuter|echanger|joindre|contacter|avoir|voir|appeler|dialoguer|tchatter|chatter|tchater"

_SURE = [
    # fr
    f"parler|parle|parl|discuter|echanger|tchatter|chatter|dialoguer|communiquer ~1 a|à|avec|ac|avc|au|aux|directement ?un|une ?d ?de ?vrai ?vraie {_SOMEBODY}",
    f"joindre|contacter|avoir ?directement un|une|le|la|l|quelqu|votre ?vrai ?vraie {_SOMEBODY.replace('|service|equipe', '')}",
    "joindre|contacter|avoir quelqu|qqun|qqn|quelquun ?un",
    "un|une|1 ?vrai ?vraie ?etre ?personne humain|umain|humaine|humin ?svp ?stp", "un|une|1|de|des vrai|vraie|vrais ?es personne|gens|humain|humains|conseiller|conseillere|agent|etre|interlocuteur",
    "passe|passez|passer|transfere*|transferer|transmet*|redirig* ~1 moi|me|m ?a ?à|vers ?un ?une ~1 humain|quelqu|conseiller|conseillere|personne|responsable|agent|collegue|operateur|service|standard|superieur",
    "mettez|mettre|met ~1 moi|me|en ?en relation|contact ?avec", "mis|mise|mettre|mettez|etre ?moi en relation|contact|lien ?avec",
    "rappelez|rappelle|rappeler|rapelez|rapeler|appelez|telephone* moi|me", "me|m rappeler|rappelle|rappelez|rapeler|rappelera|telephoner|appelle|appelez|appeler", "etre rappele|rappelee|recontacte|recontactee|contacte|contactee|appele|appelee", "me recontacte|recontacter|recontactez",
    "veux|veu|vx|voudrais|jveux|jveu|voudrai|souhaite|prefere|besoin|exige|jvoudrais|aimerais|faut ~2 humain|humaine|umain|conseiller|conseillere|interlocuteur|operateur|agent",
    "veux|veu|jveux|jveu|voudrais|souhaite|prefere ?surtout pas|plus ?de ?d ?parler ?un ?une ?a|avec|d|de ?un ?une robot|bot|machine|ia|chatbot|automate|ordinateur", "pas ?envie ?de ?a|avec|d|de ?parler ?a ?un|une robot|bot|machine|chatbot|ia",
    "marre|assez ~2 robot|bot|machine|chatbot|ia|reponse*", "marre de parler", "quelqu|qqun|quelquun ?un ~2 repondre|repond|aider|aide|joignable|disponible|dispo|rappel*|derriere|la|svp|stp|appel*|parler|lire|lit|vivant", "y a|ya|il ~1 quelqu|qqun|qqn|quelquun|personne|kelkun", "ya|yat|y quelqu|qqun|kelkun|personne", "est ce que quelqu", "numero ~2 telephone|appeler|joindre|humain|direct", "par telephone", "de vive voix", "humain|humaine|umain ?humain ?svp|stp|please|s", "conseiller|conseillere|operateur|operatrice|agent svp|stp|please|s", "parler au|a|aux ?la ?le ?votre responsable*|directeur|directrice|chef|gerant*|patron*|superieur*|direction|service|equipe|benevole*|personnel", "assistance humaine", "contact humain", "reponse humaine", "intervention humaine", "service client ?svp ?humain humain|svp|stp|telephone|joindre", "comment|peut vous joindre|appeler|contacter", "parler a une|un|kelkun|qqun|kelk1|qqn|qq|quelqu|quelquun|kelqun|kelk",
    "parlé|parler|parle avec|a|ac qq|kelkun|kelqun|kelk1|kelk|qqun|qqn|quelqun|qelqu|kk1",
    # en
    f"speak|speek|talk|tlk|chat|connect|connected|transfer|transferred|forward|escalate|through|thru|pass|passed|put|hand ~2 to|with|2|too|w ?a ?an ?the ?your ?some ?another {_ANYONE}",
    "a|an|real|actual|live|another ?actual ?live ?real human|humans|person|humain|agent|representative|rep|operator ?being ?please ?pls",
    f"need|want|wanna|get|give|gimme|like|prefer|require|demand ?me ?to ?a ?an ?the ?real ?live ?actual {_ANYONE.replace('|people|team|assistant|staff|owner|boss', '')}",
    "human|person|agent|representative|operator ?please pls|plz|please|plss|now|only|agent|support|help|assistance", "agent|representative|operator|human", "customer ?service|care|support ?representative representative|agent|please|number|rep", "someone|somebody|some1|anyone|anybody ~2 call|phone|ring|contact|there|help|answer|real|reply|talk|speak|human|available",
    "call|ring|phone me ?back", "give me a call|ring|bell", "call back", "callback", "not|dont|no|stop ~3 talk|speak|chat|want ~3 bot|robot|machine|ai|computer|chatbot", "no ?more bots|robots|bot|robot|chatbot", "is anyone|anybody|someone|somebody ?actually there|here|available|home|around|reading", "anyone there|here", "phone number", "speak|talk to your|the manager|boss|supervisor|owner|team|staff", "talk to a|an|someone|somebody|some1|sum1|sumone|humn|hooman|ur|yor", "over the phone", "human being", "real person", "live chat|agent|person|support", "your|the manager|supervisor please|now|pls", "stop ~1 bot|robot|automated|auto", "in person with",
]
_MACHINE = [
    "etes|es|est|t|suis|c|vs|vous ~1 vous|tu|ce|es|etes|un|une ~2 robot|bot|machine|ia|chatbot|humain|automate|intelligence|vrai|vraie|reel|programme", "etes|es ~3 robot|bot|ia|machine|chatbot", "je|j|jparle|ca|c parle|discute|parlai|suis ~4 robot|bot|ia|machine|chatbot|humain", "c|cest est|ki|un|une ?est ?un ?une robot|bot|ia|machine", "robot ou humain|humaine|personne", "humain ou robot|bot|machine|ia", "vous|tu ~1 etes|es un|une robot|bot|ia|machine|humain|humaine", "un|une robot|bot|ia|machine|chatbot ou",
    "are|r|is|am ~1 you|u|this|i|it|that ~3 bot|robot|machine|ai|chatbot|human|computer|real|person|automated", "am i ~1 talking|speaking|chatting ~3 bot|robot|machine|ai|human|person|computer|chatbot|someone", "you|u ?are a|an|real|just ?a ?real bot|robot|machine|ai|human|person|chatbot", "is this ?an ai|automated|real|bot", "bot|robot or human|person|a|real", "human|person or ?a ?just bot|robot|machine|ai",
]
_NEITHER = [
    "droits|etre|ressource*|corps|genre|facteur ~1 humain|humains|humaines|humaine", "ressources humaines", "human rights|body|resources|error|history|sized", "par personne", "per person", "une|1|par|chaque|seule|2|deux|autre personne* pour|en|a|de|handicap*|mobilite|max*|seule|par", "personne a mobilite", "agent ?d de ?entretien ?securite", "in person or|and|only|at|pick", "adresse* par", "contacter pour|par|via", "avoir un|une|le|la service", "team building", "real estate|leather|madrid|wood|time", "live music|concert|show|stream|band|event",
]
_PHRASES = Phrases([("yes", _SURE), ("asks_if_machine", _MACHINE), ("neither", _NEITHER)])


class PersonWanted:
    """yes | asks_if_machine | no. To ask whether one talks to a machine is not yet to want a person."""

    name, version, cost = "person_wanted", "1", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text) for reading in readings]


def _read(text: str) -> Annotation:
    found = list(_PHRASES.find(words(text)))
    barred = [one for one in found if one.name == "neither"]
    cues = {name: [one for one in found if one.name == name] for name in ("yes", "asks_if_machine")}
    machine = cues["asks_if_machine"]
    wanted = [
        one
        for one in cues["yes"]
        if not any(_outweighs(other, one) for other in (*barred, *machine))
    ]
    if wanted:
        return Annotation("yes", 0.93, {"cues": sorted({one.words for one in wanted})[:4]})
    if machine:
        return Annotation("asks_if_machine", 0.9, {"cues": sorted({one.words for one in machine})[:4]})
    return Annotation("no", 0.97)


def _outweighs(other: Found, one: Found) -> bool:
    """Whether two cues overlap and the other tells more."""
    return other.start < one.end and one.start < other.end and other.end - other.start >= one.end - one.start


STAGE = PersonWanted()
