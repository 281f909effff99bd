import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.uuid
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Defaults',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('null', models.JSONField(db_default=models.JSONNull())),
                ('absent', models.JSONField(db_default=None, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Identified',
            fields=[
                ('id', models.UUIDField(db_default=django.db.models.functions.uuid.UUID4(), default=uuid.uuid4, primary_key=True, serialize=False)),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Numbers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endless', models.DecimalField()),
            ],
            options={
                'required_db_features': {'supports_no_precision_decimalfield'},
            },
        ),
        migrations.CreateModel(
            name='Owner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='Hashed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
            ],
            options={
                'required_db_vendor': 'postgresql',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '=')], index_type='hash', name='hashed_code')],
            },
        ),
        migrations.CreateModel(
            name='Owned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cascading', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='kitchen61.owner')),
                ('nulled', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='kitchen61.owner')),
                ('one', models.OneToOneField(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='kitchen61.owner')),
            ],
        ),
        migrations.CreateModel(
            name='Altered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='kitchen61.owner')),
                ('stopped', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='kitchen61.owner')),
            ],
        ),
        migrations.CreateModel(
            name='Reset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.ForeignKey(db_default=1, on_delete=django.db.models.deletion.DB_SET_DEFAULT, to='kitchen61.owner')),
            ],
            options={
                'required_db_features': {'supports_on_delete_db_default'},
            },
        ),
    ]
