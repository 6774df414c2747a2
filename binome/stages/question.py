"""Does a message ask something, and what: the sentences that ask are kept so that each can be answered.

A question needs no question mark ("c koi vos horaires", "je voulais savoir si…"), and a question mark makes
no question of a greeting ("ça va ?").
"""

import re
from collections.abc import Iterator, Sequence

from binome.kit.masking import covered
from binome.kit.phrases import Found, Phrases, words
from binome.sdk.stage import Annotation, Reading

READ = 10_000
"""Characters that are looked at."""

MOST = 3
"""Questions kept of one message."""

_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+(?!\w)|\.(?=\w)[^.!?…\n]*|\n|$)")
_QUOTED = re.compile(r"^\s*>.*$|^(?:Le|On) .{5,80}(?:a écrit|wrote)\s?:\s*$", re.M)
_NEW_SUBJECT = re.compile(r"\s+(?:et\s+)?(?:sinon|aussi|au fait|et puis|also|by the way|btw)[ ,]+", re.I)

_ASKS = [
    # fr: interrogatives, with or without their spelling
    "est ce que|qu|k|ke", "esce|esk|eske|esque|estce|es ?ce que|qu|k|ke|vous|tu|il", "esce|esk|eske|esque", "kes|kesk|keske|keskon|qu est ce que|qui|k", "qu est|es ce que|qui|k|ke", "quel|quelle|quels|quelles|kel|kelle|qel|kels ~8", "combien|cmb|cb|cbn|kombien", "comment|coment|komen|koment|cmt|cmnt|komment ~2", "ou est|sont|se|puis|peut|trouver|on|je|en|vous|c|acheter|recuperer|commander|dois|faut|aller|ca|etes|s", "c ou|koi|quoi|quand|kan|kand|qd|kel|quel|quelle|combien|cb|cmb|qui|ki|comment|cmt", "c est ou|quoi|koi|quand|quel|quelle|combien|qui|comment|pour ?quand", "d|vers ou", "quand|kan|kand|qd est|es|sera|serez|ouvre*|ferme*|a|ont|aura|commence*|reprend*|vont|va|puis|peut|pourra|on|il|vous|je|avez|arrive*|dois|faut|aurez|recevrai|vais|y", "pourquoi|pk|pkoi|prkoi|pquoi|pq|pourkoi ~2", "a qui|quel|quelle|kel|partir ?de ?quel|quelle", "avec|pour|dans|de|sur|chez|en|a qui|quel|quelle|quels|quelles|quoi|combien", "que faire|faut|dois|puis|se|faites|proposez|vaut|signifie|deviennent|devient|contient|veut|coute", "lequel|laquelle|lesquels|lesquelles ~3", "quoi faire|comme|de", "keske|kesk|koi|kwa ~3",
    # fr: inversion
    "puis|pouvez|pourriez|peux|pourrais|avez|auriez|etes|seriez|livrez|vendez|faites|acceptez|proposez|prenez|fermez|ouvrez|organisez|savez|sauriez|voulez|allez|disposez|connaissez|offrez|donnez|recrutez|louez|reprenez|expediez|envoyez je|vous|tu|nous|on|t", "peut|doit|faut|est|sont|existe|suffit|reste|aura|sera|pourra|va|vaut ?t il|elle|on|ils|elles|ce|y", "a|ont|y t il|elle|on|ils|elles", "y a t il", "y aura ?t ?il", "dois|suis|ai|aurais|serai|devrais|vais|risque je", "as|es|sais|fais|viens|veux|peux tu",
    # fr: indirect
    "voulais|voudrais|voudrai|aimerais|aimerai|souhaite|souhaiterais|souhaiterai|veux|veu|cherche|desire|vx|besoin|jveux|jvoudrais|aurais|aimerions|souhaitons|voudrions|cherchons ~1 savoir|connaitre|avoir|comprendre|demander|trouver|obtenir|faire|etre|changer|annuler|modifier|reserver|commander|m|me|inscrire|echanger|acheter|offrir|recevoir|renseign*|info*|recuperer|venir|reporter|deplacer|resilier|rejoindre|adherer|participer|prendre|desinscrire|contacter|payer|vous", "me|m demandais|demande|demandai si|quand|comment|ou|s|ce", "demande si|quand|comment|ou|s", "savoir ?pour si|s|quand|comment|ou|combien|quel|quelle|quels|quelles|pourquoi|ce|a", "savez|sais|saurais|sauriez vous|tu|si|quand|ou|comment|quel ~1", "dire|dites|indiquer|preciser|expliquer|indiquez|precisez|confirmer|confirmez|repondre|renseigner|informer|dis ?moi si|s|quand|comment|ou|combien|quel|quelle|quels|quelles|ce|que|pourquoi|la|le|les", "pouvez|pourriez|peux|pourrais|pouvais|pourrez|peu|pvez|pouver ?vous ?tu ?vs ?me ?m ?nous aider|dire|indiquer|envoyer|expliquer|confirmer|renvoyer|donner|renseigner|verifier|preciser|changer|annuler|modifier|faire|transmettre|rappeler|regarder|repondre", "merci de|d ?bien ?vouloir ?me ?m ?nous ?vous indiquer|dire|confirmer|preciser|envoyer|renvoyer|transmettre|informer|repondre|communiquer|rappeler|verifier|annuler|modifier|faire|tenir|prendre|mettre", "besoin d|de aide|savoir|renseignement*|information*|info*|un|une|votre|vos", "j ?ai|aurais une|1|2|quelques|des|deux|plusieurs ?petite* question*", "jai|une|petite question*|qestion*", "ne|n|j|je ?ne ?n arrive|parviens|reussis|trouve|comprends|vois|sais|arrivons|comprend ?toujours ?vraiment pas|plus ~3", "arrive|parviens|reussi|comprend|comprends|trouve ?tjs ?toujours pas|plu ~3", "impossible de|d ~3", "auriez vous", "qu ?en ?est en est", "tiens au|moi courant", "aide|aidez|help ?moi ?svp|moi|svp|please", "a l aide", "quid de|d|du|des",
    # en: interrogatives
    "what|whats|wat|wats|wot|wots ?is ?s ?are ?r ?do ?does ?did ?the ?time ?if ?about ?kind ?happens ~2", "when|wen|whens ?s is|are|r|do|does|did|will|can|should|would|was|u|you|the|am|s|i|my|exactly ~2", "where|wheres|were|whr ?s is|are|r|do|does|can|my|the|did|should|s|to|you|u ~2", "why|y is|are|r|do|does|did|cant|wont|was|has|have|cannot|am|isnt|doesnt|didnt|would|not|the|my|u|you", "who is|are|s|can|do|does|should|will|to|runs|did", "which ~6", "whose ~2", "how much|many|long|do|does|can|to|is|are|r|far|come|late|early|old|often|soon|would|should|will|big|did|u|about|s|i|you|the ~2", "howto|hows", "how can|do|to",
    # en: inversion
    "can|cn|could|may|might|shall|should|would|will|do|does|did|is|are|r|am|was|were|has|have|cld i|u|you|ya|we|it|they|he|she|there|the|this|that|my|your|ur|someone|anyone|any|these|those|a|people|children|kids|dogs ~2", "isnt|arent|doesnt|dont|didnt|cant|wont|couldnt ?there ?you it|there|you|we|i|they|this|that", "any|anything|anyone ?other ?more update*|news|idea*|chance|tickets|left|availab*|discount*|spaces|way|plan*|alternative*|places|room|know|possib*|help|other|recommendation*|about|on",
    # en: indirect
    "want|wanted|wanna|like|love|need|wish|trying|try|looking|hoping|able|wondering|gotta|have ?to ?d to|for|if|help|whether|how|when|what|an|a|some|info*|more|know ~4", "wonder|wondering|wondered|curious|unsure|confused ?not ?sure if|whether|how|when|what|where|why|about", "know|tell|explain|clarify|confirm|advise|understand|sure ?me ?us if|whether|how|when|what|where|why|who|which|about|more|your|that", "let me|us know", "tell me|us ~1", "show|give|send|get|find|set|help|remind|book|cancel|change|reset|order|transfer|check|add|remove|update|reserve|schedule|track|translate|make|play|turn|call|pay ?me|us|my|the|a|an|up|for|to|off|on|this|some|please|that ~2", "please|pls|plz|kindly ?could ?can help|send|tell|let|give|explain|confirm|advise|check|cancel|change|show|book|reset|update|add|find|transfer|resend|provide|assist|call|remind|remove|refund|order", "need|want ~1 help|info*|assist*|my|a|an|to|more|some", "have|got|had ?just ?another a|an|one|some|few|two|couple ?of ?quick ?small question*|query|queries|qn", "quick|one|another question*|q", "cant|cannot|couldnt|unable|cnt ?to ?seem ?to ?even find|log|login|access|get|figure|open|see|understand|reset|change|connect|use|pay|book|sign|download|locate|work|add|activate|make|remember|transfer|withdraw|top|verify|receive ~2", "not ?quite ?really sure|clear if|how|what|when|where|why|about|whether", "dont|do ?not know|understand|see|get ?if how|what|when|where|why|whether|which|if|the|my", "possible|okay|ok|alright to|for|that|if", "help me|with|pls|please|needed|plz", "thoughts ?on",
]
_OPENS = [
    # counts only at the beginning of a short sentence: elsewhere it states
    "vous|vs|tu|ils|elles livrez|livre|faites|fait|avez|ave|acceptez|prenez|vendez|ouvrez|ouvre|fermez|proposez|expediez|envoyez|organisez|reprenez|recrutez|etes|ete|serez|louez|reservez|remboursez|echangez|auriez|seriez|avait|connaissez|allez|aurez|pouvez|pourriez|voulez|parlez|donnez|gardez ?pas ?toujours ?encore ?bien ?vous ~6", "ya|yaura|yora|yatil ~6", "y a|aura|aurait ?encore ?toujours ?du|des|un|une|moyen|possibilite|plus ~4", "il reste|restera ?encore ~3", "c ?est possible|ouvert|ferme|gratuit|payant|combien|dispo|disponible|bon|pour|accessible|encore|obligatoire|inclus|remboursable|complet|maintenu ~4", "on|jpeu|jpeux|je|jp peut|peux|peu|dois|doit|pourra|pourrait ?pas ?tjs ?aussi ?encore ~6", "jpeu|jpeux ~5", "faut il|que|quoi|un|une|reserver|s|payer|venir|apporter|amener|prevoir ?il ~4", "possible|moyen|dispo|disponible|possibilite de|d|ce|le|la|en|pour|demain|samedi|dimanche|auj*|ou|svp ~4", "moyen de|d", "ouvert|ferme|ouverts|fermes|ouver le|ce|demain|dimanche|samedi|lundi|aujourd|auj|jusqu|pendant|en|les|tous ~3", "combien ?ca ?coute", "un|des|une ?idee ?date ?nouvelle* ?info* idee|date|nouvelles|delai|precisions ?de ?pour ?sur",
    "qui est|peut|dois|sera|faut|contacter|sont|s|dirige|organise|anime|fait",
    "u|you|yall|guys open|deliver|ship|have|got|sell|do|take|accept|closed|still|around|free|there|hiring|offer ~3",
    "what|how about|abt",
    "eta",
    "svp|stp|please|pls|plz", "horaire*|tarif*|prix|adresse|parking|dispo*|date*|delai*|menu|programme|livraison|opening|prices|price|address|hours|menu|schedule|directions|location|contact|number|numero|tel|code|mdp|lien|link|catalogue ?de|d|du|des|for|of|to|svp|pour|hours",
    "je|jcherche|jveux|jvoudrais cherche|recherche|veux|voudrais|aimerais", "i am|m looking|searching|trying|after|interested", "im looking|searching|trying|after|interested", "cherche un|une|des|le|la", "who|how|can|could ~1", "need the|a|an|some|my|info*",
]
_TROUBLE = [
    "mot de passe ?oublie|perdu", "oublie|perdu|perdue|vole|volee|bloque|bloquee|egare mon|ma|mes|le|la|l", "code ~3 marche|fonctionne|passe|invalide|refuse", "marche|fonctionne|arrive|passe|recu|recue|affiche|ouvre|charge ?toujours ?tjs pas|plus|plu", "pas|toujours|tjs|jamais ?toujours ?encore ?ete recu|recue|arrive|arrivee|marche|fonctionne", "erreur|bug|message d", "probleme|pb|souci|pblm avec|de|d|sur|pour|a", "n arrive* ?toujours pas", "assistance|aide ~2 pour|avec|compte|commande",
    "hasnt|havent|didnt|doesnt|wont|isnt|cant|not|never|wasnt ~2 work*|arrive*|show*|receiv*|go|went|gone|appear*|update*|accept*|load*|open*|through|been|come|correct|recogni*", "declined|failed|stolen|lost|forgot|forgotten|blocked|stuck|missing|wrong|error|denied|rejected|pending|cancelled|duplicate|twice|reversed|malfunction*|expired|broken|locked|frozen|compromised", "problem|problems|issue|issues|trouble|mistake ~1 with|about|on|when|verifying|of|in|registering", "assistance ?with ?to ?in", "help ~4", "refund*|reimburs*|cancel*|chang*|updat*|edit*|delet*|correct*|switch*|getting|track*|check*|purchas*|retriev*|stop*|repeat|raise|lower|say ~2 my|the|an|a|account|purchase|order|password|invoice*|profile|subscription|newsletter|again",
]
_GREETS = [
    "comment|cmt ?vas ?ca ?allez ?vous ?tu va|vas|allez|vas ?tu ?vous ?bien", "ca|sa va ?bien ?et ?toi|vous ?chez|et ?vous", "vous|tu allez|vas|va bien", "quoi de neuf|9", "bonjour|bonsoir|salut|hello|coucou ca|sa|comment va|vas|allez|cmt ?va ?vous ?bien ?tu",
    "how are|r you|u|ya|things ?doing ?today", "hows it|everything|things ?going", "how do you do", "whats up|new", "wassup", "sup", "how you doing", "you|u ok|good|alright", "hope ?that you|this|all|your",
]
_CLOSES = [
    "merci|mrc|mci|cimer ?beaucoup ?bcp ?encore ?infiniment ?mille", "merci d avance", "merci ~1 pour ~4", "bonne|bon|belle|excellente journee|soiree|weekend|continuation|semaine|week|reception|courage|annee", "cordialement|bien|cdt|cdlt", "a bientot|demain|plus|tout|samedi|dimanche", "bien a|cordialement vous", "qui|que|quel|quelle bonheur|plaisir|joie|honte|belle|bonne|super|beau|dommage|scandale|bel|rend|merveille|talent", "ce|tout ce qui|que|qu", "thanks|thank|thx|ty|cheers ?you ?so ?very ?much ?a ?lot", "have a ~1 good|nice|great|lovely|wonderful day|evening|weekend|one|week", "kind|best|warm regards|wishes", "see you|ya", "what a|an ~3", "what you|u|they|we|i did|do|said|made", "how nice|lovely|kind|sweet|beautiful|wonderful|sad|awful|cool|great|rude|funny|cute", "dont know what i|we would|d", "pas de souci*|probleme*", "no problem*|worries|question about", "aucune question", "sans question*",
]
_PHRASES = Phrases(
    [("asks", _ASKS), ("opens", _OPENS), ("trouble", _TROUBLE), ("greets", _GREETS), ("closes", _CLOSES)]
)


class Question:
    """question | no; evidence["questions"]: what is asked, at most three, personal data covered."""

    name, version, cost = "question", "1", "LOCAL"
    needs = ("personal_data",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading) for reading in readings]


def _read(reading: Reading) -> Annotation:
    text = _without_personal_data(reading)
    asked = [(span, sure) for span in _sentences(text) if (sure := _asks(span))]
    if not asked:
        return Annotation("no", 0.93 if len(text) < 300 else 0.85)
    asked.sort(key=lambda one: -one[1])
    kept = {span for span, _sure in asked[:MOST]}
    spans = [span for span in dict.fromkeys(span for span in _sentences(text)) if span in kept]
    return Annotation("question", asked[0][1], {"questions": spans, "asked": len(asked)})


def _without_personal_data(reading: Reading) -> str:
    """The beginning of the text; what another stage found personal becomes an ellipsis."""
    found = reading.annotations["personal_data"].evidence.get("found", ()) if reading.annotations else ()
    text = covered(reading.text, [(one["start"], one["end"], "…") for one in found])
    return _QUOTED.sub("", text[:READ])


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        for part in _NEW_SUBJECT.split(match[0]):
            if part.strip(" \t\n-–—•*,;:…"):
                yield part.strip(" \t\n-–—•*,;:")


def _asks(sentence: str) -> float:
    """How sure it is that this asks; 0 when it does not."""
    said = words(sentence, limit=2_000)
    found = list(_PHRASES.find(said))
    barred = [one for one in found if one.name in {"greets", "closes"}]
    cues = [one for one in found if one.name not in {"greets", "closes"} and not _covered(one, barred)]
    if sentence.rstrip(" \"»)'").endswith(("?", "？", "؟")):
        return 0.98 if cues else 0.0 if barred or not said else 0.9
    return max((_weight(one, said) for one in cues), default=0.0)


def _covered(one: Found, barred: Sequence[Found]) -> bool:
    return any(b.start < one.end and one.start < b.end and b.end - b.start >= one.end - one.start for b in barred)


def _weight(cue: Found, said: str) -> float:
    """What a cue is worth without a question mark, where it stands in what is said."""
    early, short = cue.start <= 16, said.count(" ") <= 16
    match cue.name:
        case "asks":
            return 0.92 if early else 0.75 if said.count(" ") <= 30 else 0.0
        case "opens":
            return 0.85 if early and short else 0.0
        case _:
            return 0.7 if short else 0.0


STAGE = Question()
