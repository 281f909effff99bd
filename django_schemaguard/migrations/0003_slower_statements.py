from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schemaguard', '0002_query_statistics'),
    ]

    operations = [
        migrations.AddField(
            model_name='querysnapshot',
            name='slower',
            field=models.JSONField(null=True),
        ),
    ]
