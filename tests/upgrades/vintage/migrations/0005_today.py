from django import VERSION
from django.db import migrations, models


class Migration(migrations.Migration):
    """What an upgrade to Django 5.1 asks for; older Djangos stop before it."""

    dependencies = [("vintage", "0004_objects")]
    operations = (
        [
            migrations.RenameIndex(
                "Wine",
                new_name="wine_region_vintage",
                old_fields=("region", "vintage"),
            ),
            migrations.AlterField("Wine", "blends", models.ManyToManyField(blank=True, to="vintage.Wine")),
            migrations.AlterField(
                "Wine",
                "regions",
                models.ManyToManyField(related_name="+", through="vintage.Permit", to="vintage.Region"),
            ),
        ]
        if VERSION >= (4, 2)
        else []
    )
