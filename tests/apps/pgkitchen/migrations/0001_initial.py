import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


def create_namespace(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SCHEMA IF NOT EXISTS annex")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunPython(create_namespace, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Arrays',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10))),
                ('sized', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=3)),
                ('nested', django.contrib.postgres.fields.ArrayField(base_field=django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=1, max_digits=5)))),
                ('indexed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), db_index=True)),
                ('filled', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), db_default=[1, 2])),
                ('empty', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), db_default=models.Value([]))),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('room', models.IntegerField(db_index=True)),
                ('span', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('seats', models.IntegerField(unique=True)),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Collated',
            fields=[
                ('code', models.CharField(db_collation='C', max_length=20, primary_key=True, serialize=False)),
                ('text', models.TextField(db_collation='POSIX', null=True)),
                ('indexed', models.CharField(db_collation='C', db_index=True, max_length=20)),
                ('array', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(db_collation='C', max_length=5))),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Ranges',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('integers', django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ('bigs', django.contrib.postgres.fields.ranges.BigIntegerRangeField(null=True)),
                ('decimals', django.contrib.postgres.fields.ranges.DecimalRangeField()),
                ('dates', django.contrib.postgres.fields.ranges.DateRangeField(db_index=True)),
                ('moments', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Search',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=50)),
                ('body', models.TextField()),
                ('vector', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('generated', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', 'body', config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Texts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unique_char', models.CharField(max_length=20, unique=True)),
                ('indexed_text', models.TextField(db_index=True)),
                ('endless', models.CharField(db_index=True)),
                ('slug', models.SlugField()),
                ('plain', models.TextField()),
                ('generated', models.GeneratedField(db_index=True, db_persist=True, expression=models.Func(models.F('plain'), function='LOWER'), output_field=models.TextField())),
                ('jsonb', models.JSONField(db_index=True)),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Excluded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('range', django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ('days', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('gone', models.BooleanField()),
                ('note', models.IntegerField()),
            ],
            options={
                'required_db_vendor': 'postgresql',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('range', '&&')], name='excluded_plain'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('gone', False)), deferrable=django.db.models.constraints.Deferrable['DEFERRED'], expressions=[(django.contrib.postgres.indexes.OpClass('days', name='range_ops'), '&&'), ('range', '=')], include=('note',), name='excluded_all'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('note', django.db.models.expressions.CombinedExpression(models.F('note'), '+', models.Value(5)), function='int4range'), '&&')], index_type='SPGIST', name='excluded_spgist')],
            },
        ),
        migrations.CreateModel(
            name='Expressions',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=50)),
                ('json', models.JSONField()),
                ('number', models.IntegerField(null=True)),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField())),
                ('state', models.CharField(max_length=5)),
            ],
            options={
                'required_db_vendor': 'postgresql',
                'indexes': [models.Index(models.F('json__a__b'), name='expressions_path'), models.Index(django.db.models.expressions.CombinedExpression(models.F('number'), '%%', models.Value(7)), models.F('text'), name='expressions_mod'), models.Index(condition=models.Q(('state__in', ['a', 'b', 'c']), models.Q(('text__contains', '100%'), _negated=True)), fields=['number'], include=('text', 'state'), name='expressions_if'), django.contrib.postgres.indexes.GinIndex(models.Func('text', function='to_tsvector', template="%(function)s('simple'::regconfig, %(expressions)s)"), name='expressions_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(('numbers__contains', [1]), ('numbers__len', 0), _connector='OR'), name='expressions_array'), models.CheckConstraint(condition=models.Q(('json__has_key', 'a'), ('json__b__gte', 1)), name='expressions_json'), models.CheckConstraint(condition=models.Q(('text__regex', '^\\d+%?$'), ('text__iexact', 'none'), _connector='OR'), name='expressions_regex')],
            },
        ),
        migrations.CreateModel(
            name='Former',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=30, unique=True)),
                ('amount', models.PositiveIntegerField()),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='pgkitchen.booking')),
                ('bookings', models.ManyToManyField(related_name='+', to='pgkitchen.booking')),
            ],
            options={
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Methods',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('integer', models.IntegerField()),
                ('text', models.CharField(max_length=50)),
                ('moment', models.DateTimeField()),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField())),
                ('json', models.JSONField()),
                ('range', django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ('address', models.GenericIPAddressField()),
            ],
            options={
                'required_db_vendor': 'postgresql',
                'indexes': [django.contrib.postgres.indexes.BTreeIndex(fields=['integer'], name='methods_btree'), django.contrib.postgres.indexes.BTreeIndex(deduplicate_items=False, fields=['-integer', 'text'], fillfactor=80, name='methods_btree_opt'), django.contrib.postgres.indexes.HashIndex(fields=['text'], fillfactor=70, name='methods_hash'), django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['numbers'], gin_pending_list_limit=800, name='methods_gin'), django.contrib.postgres.indexes.GinIndex(fields=['json'], name='methods_path', opclasses=['jsonb_path_ops']), django.contrib.postgres.indexes.GinIndex(fields=['json'], name='methods_named_ops', opclasses=['jsonb_ops']), django.contrib.postgres.indexes.GistIndex(buffering=True, fields=['range'], fillfactor=60, name='methods_gist'), django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass('address', name='inet_ops'), name='methods_gist_inet'), django.contrib.postgres.indexes.SpGistIndex(fields=['range'], fillfactor=90, name='methods_spgist'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['moment'], name='methods_brin', pages_per_range=4)],
            },
        ),
        migrations.CreateModel(
            name='Named',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('percent', models.IntegerField(db_comment='50%% off')),
                ('collated', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='pgkitchen.collated')),
            ],
            options={
                'db_table_comment': "100%% 'PostgreSQL'",
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Moved',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='pgkitchen.moved')),
                ('named', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='pgkitchen.named')),
            ],
            options={
                'db_table': 'annex"."moved',
                'required_db_vendor': 'postgresql',
            },
        ),
        migrations.CreateModel(
            name='Operators',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=50)),
                ('other', models.TextField()),
                ('number', models.IntegerField(null=True)),
            ],
            options={
                'required_db_vendor': 'postgresql',
                'indexes': [models.Index(fields=['text', '-other'], name='operators_pattern', opclasses=['varchar_pattern_ops', 'text_pattern_ops']), models.Index(fields=['text'], name='operators_default', opclasses=['text_ops']), models.Index(models.OrderBy(models.F('number'), descending=True, nulls_last=True), name='operators_nulls_last'), models.Index(models.OrderBy(models.F('number'), nulls_first=True), name='operators_nulls_first'), models.Index(models.OrderBy(models.F('number'), descending=True, nulls_first=True), name='operators_desc'), models.Index(models.OrderBy(models.F('number'), nulls_last=True), name='operators_asc'), models.Index(django.db.models.functions.comparison.Collate('text', 'C'), name='operators_collate'), models.Index(models.OrderBy(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('text'), name='text_pattern_ops'), descending=True), name='operators_lower'), models.Index(models.OrderBy(django.db.models.functions.comparison.Collate(django.db.models.functions.text.Upper('other'), 'C')), models.F('number'), name='operators_upper')],
                'constraints': [models.UniqueConstraint(fields=('text',), name='operators_u', opclasses=['varchar_pattern_ops']), models.UniqueConstraint(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('other'), name='text_pattern_ops'), name='operators_ul')],
            },
        ),
        migrations.CreateModel(
            name='UniqueOptions',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField(null=True)),
                ('b', models.IntegerField()),
                ('c', models.CharField(max_length=10)),
            ],
            options={
                'required_db_vendor': 'postgresql',
                'constraints': [models.UniqueConstraint(fields=('a',), name='options_nulls', nulls_distinct=False), models.UniqueConstraint(fields=('b',), name='options_distinct', nulls_distinct=True), models.UniqueConstraint(condition=models.Q(('b__gt', 0)), fields=('a', 'b'), include=('c',), name='options_all', nulls_distinct=False), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('b', 'c'), name='options_now'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('c',), name='options_late')],
            },
        ),
        migrations.CreateModel(
            name='LongNamed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(db_index=True)),
                ('others', models.ManyToManyField(db_table='pgkitchen_öööööööööööööööööööö', to='pgkitchen.named')),
            ],
            options={
                'db_table': 'pgkitchen_äußerst_langer_name_einer_tabelle_mit_vielen_wörtern_é_x',
                'required_db_vendor': 'postgresql',
                'constraints': [models.CheckConstraint(condition=models.Q(('number__lt', 99)), name='pgkitchen_longnamed_number_is_smaller_than_ninety_nine_for_ever')],
            },
        ),
    ]
