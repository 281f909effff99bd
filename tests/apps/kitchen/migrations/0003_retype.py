import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Change types, also of a key that others refer to."""

    dependencies = [("kitchen", "0002_rename")]

    operations = [
        migrations.AlterField(
            "Guest", "id", models.BigAutoField(primary_key=True, serialize=False)
        ),
        migrations.AlterField("Dish", "price", models.PositiveBigIntegerField()),
        migrations.AlterField(
            "Receipt",
            "dish",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, to="kitchen.dish"
            ),
        ),
        migrations.AlterField(
            "Receipt", "code", models.CharField(max_length=20, db_index=True)
        ),
        migrations.AlterField("Altered", "wider", models.CharField(max_length=80)),
        migrations.AlterField(
            "Altered", "number", models.DecimalField(max_digits=12, decimal_places=3)
        ),
        migrations.AlterField(
            "Altered", "counted", models.PositiveSmallIntegerField()
        ),
    ]
