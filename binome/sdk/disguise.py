"""Reading words as they are meant, whatever the spelling, and pictures by their names."""

from binome.kit.reader.disguise import undisguised
from binome.kit.reader.elongated import sober
from binome.kit.reader.prepare import emoji_name

__all__ = ["emoji_name", "sober", "undisguised"]
