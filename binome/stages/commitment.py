"""Did the team promise something, what, and by when? Of use on what was answered before as on what comes in."""

import re
from collections.abc import Sequence
from functools import cache

from binome.sdk.insight import Insight, insights_of, with_words
from binome.sdk.masking import covered
from binome.sdk.phrases import words
from binome.sdk.stage import Annotation, Reading

READ = 5_000
LONGEST = 200
"""Characters kept of what is promised."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")

_SHORT_DAY = r"(?:(?:tue|tues|wed|thu|thur|thurs|fri)\b|(?:mon|sat|sun)\b(?! \w))"
_DAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)"
_MONTH = (
    r"(?:(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|january|february|march|"
    r"april|may|june|july|august|september|october|november|december)\b|"
    r"(?:janv?|f[ée]vr?|avr|juil|sept?(?! (?:jours|heures|minutes|semaines|mois|ans)\b)|oct|nov|d[ée]c|feb|apr|aug)\b\.?)"
)
_SEASON = r"(?:printemps|[ée]t[ée]|automne|hiver|rentr[ée]e|no[ëe]l|p[âa]ques|f[êe]tes|spring|summer|autumn|winter|christmas|easter)\b"
_PERIOD = (
    r"(?:week[ -]?end|semaine|week|mois|month|journ[ée]e|matin[ée]e|matin|soir[ée]e|soir|nuit|midi|apr[èe]s[ -]midi|morning|afternoon|"
    r"evening|heure|hour|minute|quinzaine|huitaine|fortnight|day|ann[ée]e|year|trimestre|quarter(?! of)|eod|cob|close of business)\b"
)

# The hour. That of a delay ("sous 48h") or of a distance ("à 2h de Paris") is none.
_CLOCK = (
    r"(?:(?:[01]?\d|2[0-4])\s?(?:h|heures?)(?:\s?[0-5]\d)?\b(?! d(?:e\b|['’]))|\d{1,2}(?:[:.][0-5]\d)?\s?[ap](?:m\b|\.m\.)|"
    r"(?:[01]?\d|2[0-3]):[0-5]\d\b|(?:midi|minuit|noon|midday|midnight)\b)"
)
_HOUR = rf"(?:{_CLOCK}|\d{{1,2}})"
_AT = (
    r"(?:à partir de|à|at|avant|before|by|vers|around|about|d[èe]s|until|from|after|apr[èe]s|jusqu['’]à|no later than)"
)
_RANGE = (
    rf"(?:(?:entre|between) {_HOUR} (?:et|and) {_CLOCK}|(?:de|from) {_HOUR} (?:à|to) {_CLOCK}|{_CLOCK} ?[-–] ?{_CLOCK})"
)
_TOLD = (  # where a day is said before
    r"(?:(?:at|by|before|after|around|about) "
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?: o['’]clock\b)?|"
    r"between \d{1,2} and \d{1,2}\b)"
)
# A date. Figures alone are one with a year; with a day or a link before them ("lundi 21/09", "by 9/30") as well, unless they
# measure something.
_NO_MEASURE = r"(?![/.,]?\d| ?(?:[%€$£°]|euros?\b|dollars?\b|points?\b|[kcm]?[gm]\b))"
_FIGURES = rf"(?:\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}})?\b{_NO_MEASURE})"
_ORDINAL = r"(?:\d{1,2}(?:er|st|nd|rd|th)?\b)"
_DATE = (
    rf"(?:(?:le |the )?{_ORDINAL}(?: of)? {_MONTH}(?:,? \d{{4}}\b)?|{_MONTH} (?:the )?{_ORDINAL}(?:,? ?\d{{4}}\b)?(?![:.]?\d| ?[ap]m)|"
    rf"\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d{{2}})\b|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}\b|\d{{4}}-\d{{2}}-\d{{2}}\b|"
    rf"(?:(?:(?:avant|pour|d[èe]s|d['’]ici) )?le|du|jusqu['’]au|d['’]ici au|on|by|before|until|from) {_FIGURES}|"
    r"le \d{1,2}(?:er)?\b(?: (?:au plus tard|du mois(?: prochain)?)\b|(?= (?:à|vers|avant|entre|d[èe]s) \d)|(?! ?[\w%€°]|[.,/:]\d))|"
    r"the \d{1,2}(?:st|nd|rd|th)\b)"
)
_OF_DAY = (
    rf"(?:{_FIGURES}|{_ORDINAL}(?=[,.;!?)](?!\d)|$|"
    r" (?:à|at|au|de|entre|vers|avant|matin|soir|apr[èe]s|et|pour|prochain|nous|on|we)\b))"
)

# So long.
_FIGURE = (
    r"(?:\d{1,3}|une?|deux|trois|quatre|cinq|six|sept|huit|dix|douze|quinze|vingt|trente|quelques|"
    r"an?|one|two|three|four|five|six|seven|ten|twelve|fifteen|twenty|thirty|a few|few|"
    r"a couple of|half an|(?:a )?quarter of an|une demi[ -]|un quart d['’])"
)
_COUNT = rf"(?:{_FIGURE}(?:\s?(?:à|a|ou|to|or|-|–|/)\s?{_FIGURE})?)"
_UNIT = (
    r"(?:(?:(?:working|business) )?(?:hours?|days?|weeks?|months?|minutes?|mins?)|heures?|h|jours?|j|semaines?|mois|minutes|min)\b"
    r"(?: ouvr(?:[ée]s|ables)\b)?"
)
_YEARS = r"(?:ans?|ann[ée]es?|years?)\b"
_NEXT = r"(?:prochaine?s?|next|coming|following|upcoming)\b"

_UNTIL = (
    r"(?:d['’]ici(?: (?:à|a|au))?|avant|pour|d[èe]s|vers|à (?:partir|compter) d[eu]|by|before|until|on|from|after|apr[èe]s|"
    r"jusqu['’](?:à|au)|au plus tard|no later than|first thing)"
)
_BEFORE = rf"(?:{_UNTIL}|sous|dans|ds|courant|au cours de|within|inside|in)"
_THE = (
    r"(?:(?:la |the )?(?:fin|end|courant|course) (?:de |du |d['’]|of )?|le |la |les |l['’]|the |this |ce |cette |next |late |"
    r"early ){0,3}"
)
_PART = (
    r"(?:prochaine?|next|matin|soir|midi|apr[èe]s[ -]midi|morning|afternoon|evening|night|"
    r"(?:en |dans (?:la |l['’])|in the )(?:fin d(?:e |['’]))?(?:matin[ée]e|journ[ée]e|soir[ée]e|apr[èe]s[ -]midi|morning|afternoon|"
    r"evening)|(?:(?:à la|en) )?premi[èe]re heure)\b"
)
_DEMONSTRATIVE = r"(?:this|next|coming|ce|cet|cette)"
_MOMENT = (
    rf"(?:{_DAY}(?:,? {_DATE}| {_OF_DAY})?|(?<=\b(?:by|on) ){_SHORT_DAY}|(?<=\b(?:next|this) ){_SHORT_DAY}|"
    rf"{_DATE}|demain\b|apr[èe]s[ -]demain\b|tomorrow\b|tonight\b|today\b|aujourd['’]hui\b|"
    rf"(?:this|next|cet?|cette) (?:{_PERIOD}|{_SEASON}|fin de semaine\b))"
)
_WHEN = (
    r"\b(?=\w)(?<!\d[/.,])(?:"
    # a day or a date, and the hour
    rf"(?:(?:{_UNTIL}|du) )?(?:le |the )?(?:{_DEMONSTRATIVE} ){{0,2}}{_MOMENT}(?: (?:au|to|et|and|ou|or) {_MOMENT})?"
    rf"(?: {_PART}){{0,2}}(?:,? (?:{_RANGE}|(?:{_AT} )?{_CLOCK}|{_TOLD}))?(?: (?:au plus tard|at the latest)\b)?"
    rf"|(?:{_RANGE}|{_AT} {_CLOCK})(?: (?:on |le |ce |this |next ){{0,2}}{_MOMENT}(?: {_PART})?)?"
    rf"|(?:du|from) {_ORDINAL} (?:au|to) {_DATE}|(?:entre|between) (?:le |the )?{_ORDINAL} (?:et|and) (?:le |the )?{_DATE}"
    # so long, or before such a moment
    rf"|{_BEFORE} (?:un |a )?(?:d[ée]lai|maximum|period)(?: (?:maxim(?:um|al)|max))? (?:de |d['’]|of ){_COUNT} ?{_UNIT}"
    rf"|{_BEFORE} {_THE}(?:(?:{_NEXT} )?{_COUNT} ?(?:{_NEXT} )?{_UNIT}|{_NEXT} {_UNIT}|{_CLOCK}|{_MONTH}|{_SEASON}|{_PERIOD}|"
    rf"jours\b|days\b|semaines\b|weeks\b)(?: {_PART}|(?: (?:à venir|qui viennent|ahead)\b))?"
    rf"|(?:d['’]ici(?: à)?|dans|within|in) {_THE}(?:(?:{_NEXT} )?{_COUNT} (?:{_NEXT} )?|{_NEXT} ){_YEARS}"
    rf"|(?:over )?(?:the|les) {_NEXT} (?:{_COUNT} )?(?:{_UNIT}|{_YEARS})|{_COUNT} ?{_UNIT} from (?:now|today)\b(?! on\b)"
    # a part of a period, the next one
    rf"|(?:(?:en|(?:à )?la|(?:at )?the) )?(?:fin|d[ée]but|mi-?|end of|early|mid-?) ?(?:de |du |d['’]|the |next |this )?(?:la |l['’])?"
    rf"(?:{_PERIOD}|{_MONTH}|{_SEASON})(?: {_PART})?"
    rf"|(?:la |le |l['’])?(?:{_PERIOD}|{_SEASON}|an) prochaine?\b|(?:en|in) {_MONTH}|(?:au|à la|à(?! [ée]t[ée])|at|in) {_SEASON}|"
    rf"later (?:today\b|(?:this )?{_PERIOD})"
    r")"
)
_SOON = (
    r"\b(?:d[èe]s que possible|au plus (?:vite|t[ôo]t)|tr[èe]s vite|(?<!à )(?<!a )(?<!à tr[èe]s )(?<!a tr[èe]s )bient[ôo]t|prochainement|"
    r"sous peu|sans (?:d[ée]lai|tarder)|imm[ée]diatement|tout (?:de suite|à l['’]heure)|sur[ -]le[ -]champ|incessamment|rapidement|"
    r"dans les (?:plus brefs|meilleurs) d[ée]lais|dans (?:un|quelques) (?:instant|moment)s?|"
    r"overnight|any (?:minute|moment)|as (?:soon|quickly|early) as (?:possible|we can)|asap|"
    r"shortly|very soon|(?<!see you )(?<!from you )(?<!as )(?<!too )soon|right (?:away|now)|"
    r"straight away|immediately|at once|promptly|in a (?:moment|bit|while))\b"
)


class Commitment:
    """promise | none; evidence: "what", the sentence that promises, "when", as it was said, and "words".

    What personal_data found is covered in them.
    """

    name, version, cost = "commitment", "5", "LOCAL"
    needs = ("personal_data",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(*each) for each in zip(readings, insights_of(readings), strict=True)]


def _read(reading: Reading, insight: Insight) -> Annotation:
    chance = insight.chances["commitment"]["promise"]
    if chance < 0.5:
        return Annotation("none", round(1 - chance, 3))
    what = _promising(reading, insight.words.get("commitment", ()))
    when = said_when(what)
    evidence = {"what": what[:LONGEST]} | ({"when": when[0]} if when else {})
    return Annotation("promise", round(chance, 3), with_words(insight, "commitment", evidence))


def said_when(text: str) -> re.Match[str] | None:
    """The first day, hour or delay; else that it will be soon."""
    return next((found for one in _when() if (found := one.search(text))), None)


@cache
def _when() -> tuple[re.Pattern[str], ...]:
    """Made when the first promise is met: they take longer to make than to use."""
    return re.compile(_WHEN, re.IGNORECASE), re.compile(_SOON, re.IGNORECASE)


def _promising(reading: Reading, weighed: Sequence[str]) -> str:
    """The sentence that holds most of the words that weighed; of those that hold as many, one that says when, else the first."""
    found = reading.annotations["personal_data"].evidence.get("found", ()) if reading.annotations else ()
    text = covered(reading.text, [(one["start"], one["end"], "***") for one in found])[:READ]
    text = text.encode("utf-8", "ignore").decode().replace("\0", " ")
    cues = {word for cue in weighed for word in words(cue).split()}
    sentences = [" ".join(one.split()) for one in _SENTENCE.split(text) if one.strip()]
    return max(
        sentences,
        key=lambda one: (len(cues.intersection(words(one).split())), bool(said_when(one))),
        default="",
    )


STAGE = Commitment()
