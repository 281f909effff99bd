"""All tables at once, like the first migration of an old project."""

from django.db import migrations

from benchmarks.synthetic import shape


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name=shape.name(number),
            fields=shape.fields(number),
            options=shape.options(number),
        )
        for number in range(shape.TABLES)
    ]
