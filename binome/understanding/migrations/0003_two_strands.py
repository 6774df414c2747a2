"""Messages are read in two strands: the second goes on from where the only one stood."""

from django.db import migrations

BEGIN_THERE = """
INSERT INTO journal_reader (name, position, read_at)
SELECT 'understanding.read.1', position, read_at FROM journal_reader WHERE name = 'understanding.read'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0002_never_changed'),
        ('understanding', '0002_closer_looks'),
    ]

    operations = [
        migrations.RunSQL(BEGIN_THERE, "DELETE FROM journal_reader WHERE name = 'understanding.read.1'"),
    ]
