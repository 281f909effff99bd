import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """Retype indexed columns, so that an index for LIKE stays away."""

    dependencies = [("pgkitchen", "0001_initial")]

    operations = [
        migrations.AlterField("Booking", "room", models.TextField(db_index=True)),
        migrations.AlterField("Booking", "seats", models.BigIntegerField(unique=True)),
        migrations.AddIndex(
            "Booking",
            django.contrib.postgres.indexes.GistIndex(
                fields=["span"], name="booking_span"
            ),
        ),
        migrations.AddConstraint(
            "Booking",
            django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("span", "&&")], name="booking_clash"
            ),
        ),
        migrations.AddConstraint(
            "Booking",
            models.CheckConstraint(
                condition=models.Q(("seats__gt", 0)), name="booking_seats"
            ),
        ),
    ]
