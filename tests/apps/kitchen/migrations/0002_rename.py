from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename, so that generated names keep telling the old story."""

    dependencies = [("kitchen", "0001_initial")]

    operations = [
        migrations.RenameModel("Plate", "Dish"),
        migrations.RenameField("Dish", "name", "title"),
        migrations.RenameField("Shelf", "plate", "dish"),
        migrations.RenameField("Receipt", "plate", "dish"),
        migrations.RenameIndex("Dish", new_name="dish_price", old_name="plate_price"),
        migrations.RenameIndex(
            "Together", new_name="together_a_b", old_fields=("a", "b")
        ),
        migrations.AlterModelTable("Shelf", "kitchen_board"),
        migrations.AlterField(
            "Altered", "moved", models.IntegerField(db_column="moved_column")
        ),
    ]
