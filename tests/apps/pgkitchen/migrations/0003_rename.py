from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename a model and a field."""

    dependencies = [("pgkitchen", "0002_alter")]

    operations = [
        migrations.RenameModel("Former", "Renamed"),
        migrations.RenameField("Renamed", "key", "code"),
        migrations.AddIndex(
            "Renamed", models.Index(fields=["amount"], name="renamed_amount")
        ),
    ]
