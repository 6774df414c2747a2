import pytest

from docs.make import pages


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_page_made_from_the_code_is_as_the_code_says(path):
    assert path.read_text() == pages()[path], "run: make docs"


def test_the_french_page_is_french_throughout():
    french = next(text for path, text in pages().items() if path.name == "environment.fr.md")
    english = next(text for path, text in pages().items() if path.name == "environment.md")
    assert len(french.splitlines()) == len(english.splitlines())
    same = [line for line in french.splitlines() if line and line in english.splitlines() and "---" not in line]
    assert same == []
