import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Change nullability, indexes, defaults and constraints."""

    dependencies = [("kitchen", "0003_retype")]

    operations = [
        migrations.AlterField(
            "Altered",
            "required",
            models.CharField(max_length=20, db_comment="was nullable"),
        ),
        migrations.AlterField("Altered", "optional", models.IntegerField(null=True)),
        migrations.AlterField("Altered", "unique_now", models.IntegerField(unique=True)),
        migrations.AlterField("Altered", "plain_now", models.IntegerField()),
        migrations.AlterField(
            "Altered", "indexed_now", models.IntegerField(db_index=True)
        ),
        migrations.AlterField("Altered", "defaulted", models.IntegerField(db_default=3)),
        migrations.AlterField("Altered", "undefaulted", models.IntegerField()),
        migrations.AlterField(
            "Altered",
            "text",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="kitchen.textkeyed",
            ),
        ),
        migrations.AddField("Receipt", "paid", models.BooleanField(db_default=False)),
        migrations.AddConstraint(
            "Receipt",
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(paid=False),
                name="receipt_open_code",
            ),
        ),
        migrations.AddConstraint(
            "Dish",
            models.CheckConstraint(
                condition=models.Q(price__lt=1000), name="dish_price_lt"
            ),
        ),
    ]
