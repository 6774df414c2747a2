"""What people read when something is refused: the error's own sentence, in their language."""

import inspect

from django.utils.translation import gettext


def sentence_for(error: BaseException) -> str:
    """The first paragraph of the error's docstring, translated; what the error says itself if it was given words."""
    said = str(error)
    documented = inspect.cleandoc(type(error).__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    return said if said and said != type(error).__doc__ else gettext(documented)
