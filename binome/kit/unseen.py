"""Signs that are not seen: they take no room, and a filter that takes them for letters or ends of words is deceived by them.

They are those of Unicode's Default_Ignorable_Code_Point (UAX 44) without the fillers of Korean, which take the room of a letter,
and without the signs of shorthand and of music, which no keyboard has. Written as they stand between the brackets of a regular
expression.
"""

ALONE = "\u00ad\u061c\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufff8"
"""Soft hyphen, zero-width space and non-joiner, direction, byte order mark: of no consequence wherever they stand."""

IN_EMOJI = "\u034f\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff"
"""Joiners, variation selectors, tags: emoji and flags are made with them too."""

UNSEEN = ALONE + IN_EMOJI
