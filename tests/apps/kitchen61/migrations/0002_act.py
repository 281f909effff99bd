import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kitchen61', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='altered',
            name='began',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='kitchen61.owner'),
        ),
        migrations.AlterField(
            model_name='altered',
            name='stopped',
            field=models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='kitchen61.owner'),
        ),
    ]
