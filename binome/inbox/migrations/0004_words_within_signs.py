"""Messages in which PostgreSQL did not find all words are indexed as new ones are (`batches.searched`)."""

from django.db import migrations, transaction

from binome.inbox.batches import SEARCHED, searched
from binome.kit.text import fold

AT_ONCE = 1_000
"""Messages of a transaction: nobody waits for long."""

INDEX = """
UPDATE inbox_message SET search = to_tsvector('simple', new.searched)
FROM unnest(%s::bigint[], %s::text[]) AS new (id, searched) WHERE inbox_message.id = new.id
"""


def index_again(apps, schema_editor):
    messages = apps.get_model("inbox", "Message").objects.filter(deleted_at=None).order_by("pk")
    after = 0
    while rows := list(messages.filter(pk__gt=after).values_list("pk", "text")[:AT_ONCE]):
        after = rows[-1][0]
        wanted = [pk for pk, text in rows if searched(text) != fold(text)[:SEARCHED]]
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            now = dict(messages.select_for_update(no_key=True).filter(pk__in=wanted).values_list("pk", "text"))
            cursor.execute(INDEX, [list(now), [searched(text) for text in now.values()]])


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('inbox', '0003_moderation'),
    ]

    operations = [
        migrations.RunPython(index_again, migrations.RunPython.noop),
    ]
