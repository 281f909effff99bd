import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vintage", "0002_rename")]
    operations = [
        migrations.AlterField("Region", "code", models.CharField(max_length=12, unique=True)),
        migrations.AlterField("Region", "title", models.CharField(db_index=True, max_length=80)),
        migrations.AlterField("Grower", "user", models.OneToOneField(on_delete=models.CASCADE, to=settings.AUTH_USER_MODEL)),
        migrations.AlterField("Grower", "email", models.EmailField(max_length=254, unique=True)),
        migrations.AddField("Grower", "notes", models.TextField(blank=True, default="")),
        migrations.AlterField("Remark", "text", models.TextField(default="")),
        migrations.AlterField("Remark", "text", models.TextField()),
        migrations.AlterField("Remark", "author", models.CharField(db_index=True, max_length=50)),
        migrations.AlterField("Remark", "reference", models.CharField(max_length=30, unique=True)),
        migrations.AlterField("Wine", "organic", models.BooleanField(null=True)),
        migrations.AlterField("Wine", "bottles", models.PositiveIntegerField(default=0)),
        migrations.AlterField("Wine", "price", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
        migrations.AddField("Wine", "litres", models.PositiveIntegerField(default=0)),
        migrations.AlterField("Wine", "litres", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("Wine", "token", models.UUIDField(default=uuid.uuid4, unique=True)),
        migrations.AddField("Wine", "facts", models.JSONField(default=dict)),
        migrations.AddField("Wine", "cellared", models.DurationField(null=True)),
        migrations.AddField("Wine", "big", models.IntegerField(default=0)),
        migrations.AlterField("Wine", "big", models.BigIntegerField(default=0)),
        migrations.AddField(
            "Wine",
            "region",
            models.ForeignKey(
                default="",
                on_delete=django.db.models.deletion.CASCADE,
                to="vintage.Region",
                to_field="code",
            ),
            preserve_default=False,
        ),
    ]
