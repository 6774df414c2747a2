import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_vectors_and_full_text_are_there():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT '[1,2]'::vector <-> '[1,4]', to_tsvector('french', 'les horaires') @@ to_tsquery('french', 'horaire')"
        )
        assert cursor.fetchone() == (2.0, True)
