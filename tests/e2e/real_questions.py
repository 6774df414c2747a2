"""Questions such as people write them, for the pages of a public body; written for these tests."""

COVERED = [
    "slt jpeux bosser un peu pdt mon arret maladie ou c mort ?",
    "on peut bruler les branches ds son jardin svp",
    "ya moyen de voter par internet pr les elections ??",
    "faut un permis pr conduire un ptit bateau de plaisance",
    "c koi la difference adoption simple et pleniere",
    "mon chien doit il etre assuré obligatoirement",
    "erreur sur ma carte grise je fais quoi",
    "je touche l'aah est ce que je peux avoir le rsa en plus",
    "une reconnaissance de dette ca sert a quoi en fait",
    "chui en interim, la periode d'essai elle dure combien de tps",
    "si je peux pas payer l'hopital il se passe quoi ?",
    "le dossier médical partagé kézako",
    "jvends ma voiture jfais koi pr l'assurance",
]
FOREIGN = [
    "vous avez des places pour le concert de samedi ?",
    "c quoi le mot de passe du wifi de la mairie",
    "jai perdu mon doudou ds le bus 42 hier soir",
    "tu peux me conseiller un bon resto thai a Nantes",
    "la piscine ferme a quelle heure pendant les vacances",
    "vs vendez des pieces pour une mobylette de 1978 ?",
    "qui a gagné le match hier",
    "comment on fait une pate a crepes sans oeufs",
    "mon code promo marche pas sur votre boutique",
    "il fait quel temps demain a brest",
    "ton frere il est ou la",
    "je peux ramener mes propres gamelles a la fete ?",
]
QUESTIONS = COVERED + FOREIGN
