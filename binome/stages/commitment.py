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

_DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
_MONTH = (
    r"(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|january|february|march|"
    r"april|may|june|july|august|september|october|november|december|(?:janv?|f[ée]vr?|avr|juil|sept?|oct|nov|d[ée]c|feb|apr|aug)\b\.?)"
)
_SEASON = r"(?:printemps|[ée]t[ée]|automne|hiver|rentr[ée]e|no[ëe]l|p[âa]ques|f[êe]tes|spring|summer|autumn|winter|christmas|easter)\b"
_CLOCK = (
    r"(?:\d{1,2}\s?(?:h|heures?)(?:\s?\d{2})?|\d{1,2}(?:[:.]\d{2})?\s?[ap]m|\d{1,2}:\d{2}|midi|minuit|noon|midnight)\b"
)
_DATE = (
    rf"(?:(?:le |the )?\d{{1,2}}(?:er|st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}}\b)?|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b"
    r"|(?:le )?(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|1[0-2])(?:[/.]\d{2,4})?\b"
    r"|\d{4}-\d{2}-\d{2}\b|le \d{1,2}(?:er)?\b(?! ?[\w%€°])|the \d{1,2}(?:st|nd|rd|th)\b)"
)
_FIGURE = (
    r"(?:\d{1,3}|une?|deux|trois|quatre|cinq|six|sept|huit|dix|quinze|vingt|trente|quelques|"
    r"an?|one|two|three|four|five|six|seven|ten|fifteen|twenty|thirty|a few|few|a couple of|half an|une demi[ -]|un quart d['’])"
)
_COUNT = rf"(?:{_FIGURE}(?:\s?(?:à|a|ou|to|or|-|–)\s?{_FIGURE})?)"
_UNIT = (
    r"(?:(?:(?:working|business) )?(?:hours?|days?|weeks?|months?|minutes?|mins?)|heures?|h|jours?|j|semaines?|mois|min)\b"
    r"(?: ouvr(?:[ée]s|ables)\b)?"
)
_PERIOD = (
    r"(?:week[ -]?end|semaine|week|mois|month|journ[ée]e|matin[ée]e|matin|soir[ée]e|soir|nuit|midi|apr[èe]s[ -]midi|morning|afternoon|"
    r"evening|heure|hour|minute|quinzaine|huitaine|day|ann[ée]e|year|eod|cob)\b"
)
_PART = r"(?:prochaine?|next|matin|soir|midi|apr[èe]s[ -]midi|morning|afternoon|evening|night)\b"
_BEFORE = (
    r"(?:d['’]ici(?: (?:à|a|au))?|avant|sous|dans|ds|pour|d[èe]s|vers|courant|within|in|by|before|until|on|from|after|apr[èe]s|"
    r"jusqu['’](?:à|au)|au plus tard|no later than)"
)
_THE = r"(?:(?:la |the )?(?:fin|end) (?:de |du |of )?|le |la |les |l['’]|the |this |ce |cette |next )*"
_WHEN = (
    r"\b(?:"
    # a day or a date, and the hour
    rf"(?:{_BEFORE} )?(?:the )?(?:(?:next|this) )?(?:{_DAY}(?: {_DATE})?|{_DATE}|demain|apr[èe]s[ -]demain|tomorrow|tonight|today|"
    rf"aujourd['’]hui|ce (?:soir|matin|midi)|cet(?:te)? (?:apr[èe]s[ -]midi|nuit|semaine|ann[ée]e)|(?:this|next) {_PERIOD}|ce {_PERIOD})"
    rf"(?: {_PART})?(?:,? (?:à|at|avant|before|by|vers|entre) {_CLOCK})?"
    # so long, or before such a moment
    rf"|{_BEFORE} {_THE}(?:{_COUNT} ?{_UNIT}|{_CLOCK}|{_MONTH}|{_SEASON}|{_PERIOD})(?: {_PART})?"
    rf"|(?:entre|between) {_CLOCK} (?:et|and) {_CLOCK}"
    rf"|(?:(?:en|à la) )?(?:fin|d[ée]but|mi-?|end of|early|mid-?) ?(?:de |du |d['’]|the )?(?:la |l['’])?(?:{_PERIOD}|{_MONTH}|{_SEASON})"
    rf"|(?:la|le) {_PERIOD} prochaine?\b|(?:en|in) {_MONTH}|(?:au|à la|à|at|in) {_SEASON}|later (?:this )?{_PERIOD}"
    # soon
    r"|(?:d[èe]s que possible|au plus vite|tr[èe]s vite|sous peu|sans d[ée]lai|imm[ée]diatement|tout de suite|sur[ -]le[ -]champ|"
    r"as soon as possible|asap|shortly|right (?:away|now)|straight away|immediately|at once)\b"
    r")"
)


class Commitment:
    """promise | none; evidence: "what", the sentence that promises, "when", as it was said, and "words".

    What personal_data found is covered in them.
    """

    name, version, cost = "commitment", "3", "LOCAL"
    needs = ("personal_data",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(*each) for each in zip(readings, insights_of(readings), strict=True)]


def _read(reading: Reading, insight: Insight) -> Annotation:
    chance = insight.chances["commitment"]["promise"]
    if chance < 0.5:
        return Annotation("none", round(1 - chance, 3))
    what = _promising(reading, insight.words.get("commitment", ()))
    when = _when().search(what)
    evidence = {"what": what[:LONGEST]} | ({"when": when[0]} if when else {})
    return Annotation("promise", round(chance, 3), with_words(insight, "commitment", evidence))


@cache
def _when() -> re.Pattern[str]:
    """Made when the first promise is met: it takes longer to make than to use."""
    return re.compile(_WHEN, re.IGNORECASE)


def _promising(reading: Reading, weighed: Sequence[str]) -> str:
    """The sentence that holds most of the words that weighed; of those that hold as many, one that says when, else the first."""
    found = reading.annotations["personal_data"].evidence.get("found", ()) if reading.annotations else ()
    text = covered(reading.text, [(one["start"], one["end"], "***") for one in found])[:READ]
    text = text.encode("utf-8", "ignore").decode().replace("\0", " ")
    cues = {word for cue in weighed for word in words(cue).split()}
    sentences = [" ".join(one.split()) for one in _SENTENCE.split(text) if one.strip()]
    return max(
        sentences,
        key=lambda one: (len(cues.intersection(words(one).split())), bool(_when().search(one))),
        default="",
    )


STAGE = Commitment()
