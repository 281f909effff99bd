import uuid

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.CreateModel(
            "Area",
            [
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(unique=True)),
                ("title", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            "Grower",
            [
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(on_delete=models.CASCADE, to=settings.AUTH_USER_MODEL)),
                ("mentor", models.ForeignKey(blank=True, null=True, on_delete=models.SET_NULL, to="vintage.Grower")),
                ("email", models.EmailField(max_length=75, unique=True)),
                ("slug", models.SlugField()),
            ],
        ),
        migrations.CreateModel(
            "Tag",
            [("word", models.CharField(max_length=40, primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            "Wine",
            [
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("vintage", models.PositiveSmallIntegerField()),
                ("bottles", models.IntegerField(default=0)),
                ("price", models.DecimalField(decimal_places=2, max_digits=7, null=True)),
                ("score", models.FloatField(null=True)),
                ("organic", models.NullBooleanField()),
                ("listed", models.BooleanField(default=True)),
                ("seen_from", models.GenericIPAddressField(null=True)),
                ("picked", models.DateField(null=True)),
                ("opened", models.TimeField(null=True)),
                ("created", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("scan", models.BinaryField(null=True)),
                ("sheet", models.FileField(blank=True, upload_to="sheets")),
                ("small", models.SmallIntegerField(default=0)),
                ("grower", models.ForeignKey(on_delete=models.PROTECT, related_name="wines", to="vintage.Grower")),
                ("tags", models.ManyToManyField(blank=True, to="vintage.Tag")),
                ("blends", models.ManyToManyField(blank=True, related_name="_wine_blends_+", to="vintage.Wine")),
            ],
            options={"unique_together": {("grower", "name", "vintage")}},
        ),
        migrations.CreateModel(
            "Remark",
            [
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveIntegerField(db_index=True)),
                ("text", models.TextField(null=True)),
                ("author", models.IntegerField(db_index=True, default=0)),
                ("reference", models.IntegerField(unique=True)),
                ("content_type", models.ForeignKey(on_delete=models.CASCADE, to="contenttypes.ContentType")),
            ],
        ),
    ]
