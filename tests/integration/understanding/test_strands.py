"""Messages are read in two strands: none is missed or read twice when an installation is updated."""

from importlib import import_module

import pytest
from django.db import connection

from binome.journal.listening import listeners
from binome.journal.models import Reader

pytestmark = pytest.mark.django_db


def test_both_strands_go_on_from_where_the_only_one_stood() -> None:
    begin = import_module("binome.understanding.migrations.0003_two_strands").BEGIN_THERE
    Reader.objects.create(name="understanding.read", position=7)
    with connection.cursor() as cursor:
        cursor.execute(begin)
        cursor.execute(begin)
    strands = [name for name in listeners if name.startswith("understanding.read")]
    assert dict(Reader.objects.values_list("name", "position")) == dict.fromkeys(strands, 7)
    assert len(strands) == 2
