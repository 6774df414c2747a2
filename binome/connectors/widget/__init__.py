"""Widget: the chat that Binôme puts on a web site."""
