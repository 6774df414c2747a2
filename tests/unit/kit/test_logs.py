import logging
import sys

import pytest
from django.db import OperationalError

from binome.kit.logs import without_trace_of_passing_trouble


def record(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return logging.LogRecord("django.request", logging.ERROR, "", 1, "failed: %s", ("/w/",), sys.exc_info())


def test_of_a_database_that_does_not_answer_one_line_is_said() -> None:
    said = record(OperationalError("connection refused\nIs the server running?"))
    assert without_trace_of_passing_trouble(said)
    assert said.getMessage() == "failed: /w/ (the database does not answer: connection refused)"
    assert said.exc_info is None


@pytest.mark.parametrize("error", [ValueError("a defect"), KeyError("100 % ours")])
def test_of_a_defect_everything_is_kept(error: Exception) -> None:
    said = record(error)
    assert without_trace_of_passing_trouble(said)
    assert said.getMessage() == "failed: /w/"
    assert said.exc_info is not None
    assert said.exc_info[1] is error
