from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vintage", "0001_initial")]
    operations = [
        migrations.RenameModel("Area", "Region"),
        migrations.RenameField("Region", "number", "code"),
        migrations.RenameField("Wine", "name", "label"),
        migrations.AddField(
            "Wine",
            "regions",
            models.ForeignKey(null=True, on_delete=models.CASCADE, to="vintage.Region"),
        ),
        migrations.RemoveField("Wine", "regions"),
        migrations.CreateModel(
            "Permit",
            [
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("area", models.ForeignKey(db_column="area_ref", on_delete=models.CASCADE, to="vintage.Region")),
                ("wine", models.ForeignKey(on_delete=models.CASCADE, to="vintage.Wine")),
            ],
            options={"unique_together": {("wine", "area")}},
        ),
        migrations.AddField(
            "Wine",
            "regions",
            models.ManyToManyField(related_name="_wine_regions_+", through="vintage.Permit", to="vintage.Region"),
        ),
    ]
