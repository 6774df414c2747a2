"""`python -m binome` is the command `binome`."""

from binome.console.main import main

main()
