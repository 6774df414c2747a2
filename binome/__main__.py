"""`python -m binome` is the command `binome`."""

from binome.console.main import main

if __name__ == "__main__":
    main()
