"""A verdict has no weight of its own any more. Its column stays until no process of before writes it: it is dropped in a later release."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('understanding', '0003_two_strands'),
    ]

    operations = [
        migrations.AlterField('readingverdict', 'weight', models.FloatField(default=1.0, db_default=1.0)),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('readingverdict', 'weight')]),
    ]
