from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistant", "0004_prepared_replies_and_triage")]

    operations = [
        migrations.AddField(
            model_name="rehearsal",
            name="topic",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
    ]
