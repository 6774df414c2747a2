"""Names that members chose for themselves: greeted only where they look like a person's, for anybody may call themselves anything."""

import re

from binome.kit.text import fold

LONGEST = 40
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?: [^\W\d_]+(?:['’-][^\W\d_]+)*){0,3}")

NOT_NAMES = """
a accept accepte accepted acceptee acces access accorde accordee accordees accordons account action actions admin
administrateur administration administrator agent ai aide alert alerte all answer answers approuve approuvee
approuver approve approved assistance assistant at attention autorise autorisee aux avec avertissement award best
bienvenue binome bitcoin bon bot bravo buy by bypass cadeau callback cancel carte cash casino ceo certifie certified
cheap chef clic click client clients code command commande compensation compte confirm confirme confirmed confirmee
congrats congratulations contact cost coupon credit crypto customer customers deal dear delete delivery demande des
dette developer developpeur directeur direction director dis discount disregard dit dites dm dollar dollars done
dont du due echange en envoi envoie erreur error est et euro euros exchange false faux felicitations for forget
forgot fraud free from fuck full gagnant gagne gain garanti garantie gift gifts give grant granted grants gratis
gratuit gratuite gratuitement guarantee guaranteed help here hidden humain human i idiot if ignore immediate
immediatement important in info information infos injection instruction instructions invoice is it jailbreak je key
kill la le les lien link livraison livre livree loan login lottery ma mail manager master me merci message mode
moderateur moderator mon money mort mot my name new no non nos not notice notre nous now nul null nulle obeir obey
of off offer offert offerte official officiel offre ok on operateur operator or order orders ordre ordres ou oublie
oubliez oui our out override owner paid paiement partenaire partner pass password pay paye payee payment pour
premium president previous prices prioritaire priority prix prize promo promotion prompt proprietaire publicite
pwned que qui rabais rappel received recu reduction refund refunded refunds reimburse reimbursed remboursable
rembourse remboursee remboursement remboursements rembourser reply repond repondez reponds reponse reset responsable
result role root rule rules said sale sales sav say scam script secret secrets securite security see send sent
service services shop shut si sign simulation solde sorry spam staff stop subscribe suicide super superuser support
sure suspended suspendu system systeme team tel test testeur that the this ticket to total toujours trial true trust
tu un une unlimited update urgent user utilisateur valid validated validation valide validee verifie verified
verifiee verify viagra vip visit voila vos votre voucher vous vrai warning welcome win winner winning with won wrong
yes you your yours
"""
"""Words that would turn a greeting into a statement, a promise, an order or an insult."""

_NOT_NAMES = frozenset(NOT_NAMES.split())


_PARTICLES = {"le", "la", "de", "du", "des", "Le", "La", "De", "Du"}


def greeted_as(name: str) -> str:
    """The name as it may stand after "Hello", or ""."""
    name = " ".join(name.split())
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        return ""
    words = re.split(r"[ '’-]", name)
    capital = all(word[0].isupper() or not word[0].isascii() or len(word) <= 3 for word in words if word)
    plain = not any(
        fold(word) in _NOT_NAMES for word in words[:1] + [one for one in words[1:] if one not in _PARTICLES]
    )
    return name if capital and plain else ""
