from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('pgkitchen', '0003_rename'),
    ]

    operations = [
        # The one extension that every server has.
        CreateExtension('plpgsql'),
    ]
