from django import VERSION
from django.db import migrations, models
from django.db.models import Q

CONDITION = "condition" if VERSION >= (5, 1) else "check"


class Migration(migrations.Migration):
    dependencies = [("vintage", "0003_alter")]
    operations = [
        migrations.AlterModelOptions("Wine", {"ordering": ["label"]}),
        migrations.AlterIndexTogether("Wine", {("region", "vintage")}),
        migrations.AddIndex("Wine", models.Index(fields=["-created"], name="wine_newest")),
        migrations.AddConstraint(
            "Wine",
            models.CheckConstraint(name="wine_price_positive", **{CONDITION: Q(price__gt=0)}),
        ),
        migrations.AddConstraint(
            "Wine",
            models.CheckConstraint(
                name="wine_listed_or_organic",
                **{CONDITION: Q(listed=True) | Q(organic=True)},
            ),
        ),
        migrations.AddConstraint(
            "Wine",
            models.UniqueConstraint(
                condition=Q(listed=True), fields=["grower", "big"], name="wine_one_listed"
            ),
        ),
        migrations.CreateModel(
            "Sparkling",
            [
                (
                    "wine_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="vintage.Wine",
                    ),
                ),
                ("pressure", models.DecimalField(decimal_places=1, default=6, max_digits=4)),
            ],
            bases=("vintage.wine",),
        ),
    ]
