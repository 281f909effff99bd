import uuid

from django.db import migrations

from tests.upgrades.vintage.fields import Char32UUIDField


class Migration(migrations.Migration):
    """What the release notes of Django 5.0 tell users of MariaDB to do."""

    dependencies = [("vintage", "0005_today")]
    # The state alone: that is how the columns are already.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "Grower", "id", Char32UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)
                ),
                migrations.AlterField("Wine", "token", Char32UUIDField(default=uuid.uuid4, unique=True)),
            ]
        )
    ]
