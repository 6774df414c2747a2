"""Connected places, what arrives from them, and the one gate through which everything leaves."""
