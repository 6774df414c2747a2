"""Sentences that are only polite: they state nothing, so nothing has to support them. A closed list of ways to say so."""

import re

from binome.assistant.particulars import particulars
from binome.kit.text import fold

_POLITE = re.compile(
    r"""(?x) ^\W*(?:
    (?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|chere?|good\s(?:morning|afternoon|evening))\b[\w\s,'-]{0,40}
  | (?:merci|un\sgrand\smerci|thank\s?you|thanks|many\sthanks)\b(?:\s(?:beaucoup|bien|encore|a\s(?:vous|toi)|so\smuch|very\smuch|again))*
    (?:\s(?:de|d'|pour|for)\s?(?:nous\s|m'|t'|vous\s)?(?:votre|ton|your|ce|this|the|avoir|writing|ecrit|asking|contacting|reaching)?[\s\w']{0,40})?
  | (?:je\ssuis|nous\ssommes)?\s?(?:vraiment\s|sincerement\s)?(?:desolee?s?|navree?s?)\b(?:\s(?:pour|de|d')[\w\s']{0,45})?
  | (?:i\s?a?m|we\s?a?re|i'm|we're)?\s?(?:really\s|so\s|very\s)?sorry\b(?:\s(?:for|about|to)[\w\s']{0,45})?
  | (?:n'hesite[zs]?\spas|do\snot\shesitate|don't\shesitate|feel\sfree|please\sfeel\sfree)\b[\w\s,'-]{0,70}
  | (?:avec\splaisir|bien\ssur|volontiers|of\scourse|with\spleasure|you're\swelcome|certainly|sure)
  | (?:bonne\s(?:journee|soiree|semaine|continuation)|bon\s(?:week-end|weekend|courage)|have\sa\s(?:nice|good|great|lovely)\s\w+)
    (?:\s(?:a\s(?:vous|toi)|to\syou))?
  | (?:a\s(?:bientot|tres\sbientot)|see\syou(?:\ssoon)?|take\scare|cordialement|bien\scordialement|best(?:\sregards|\swishes)?|
    kind\sregards|regards|amicalement|(?:best|kind)\sregards)[\w\s,'-]{0,40}
  | (?:l'equipe|the)\s[\w\s'-]{1,40}(?:\steam)?
  | (?:nous\srestons|je\sreste)\sa\s(?:votre|ta)\sdisposition[\w\s,'-]{0,60}
  | (?:j'espere|nous\sesperons|i\shope|we\shope)\sque?\s?(?:that\s)?(?:cela|ca|this|it|ceci)\s[\w\s']{0,40}
    (?:aide\w*|repond\w*|helps?|answers?)[\w\s']{0,30}
    )\W*$"""
)
_QUESTION_BACK = re.compile(
    r"^(?:pouvez-vous|peux-tu|pourriez-vous|pourrais-tu|could you|can you|would you)\b.{0,160}\?\W*$", re.DOTALL
)
_TEAM = re.compile(r"^\W*l'equipe\b|\bteam\W*$")


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence greets, thanks, apologises, takes leave, or asks for more, and says nothing else."""
    text = " ".join(fold(sentence.replace("\u202f", " ").replace("\u00a0", " ")).split())
    if len(text) > 200 or particulars(sentence):
        return False
    if text.startswith("the ") or text.startswith("l'equipe"):
        return bool(_TEAM.search(text)) and len(text) < 50 and bool(_POLITE.match(text))
    return bool(_POLITE.match(text)) or bool(_QUESTION_BACK.match(text))
