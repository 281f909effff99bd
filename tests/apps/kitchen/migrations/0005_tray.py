import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add a model and a column to it; remove another."""

    dependencies = [("kitchen", "0004_alter")]

    operations = [
        migrations.CreateModel(
            "Tray",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "dish",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trays",
                        to="kitchen.dish",
                    ),
                ),
            ],
        ),
        migrations.AddField("Tray", "size", models.PositiveIntegerField(db_default=1)),
        migrations.DeleteModel("Spoon"),
    ]
