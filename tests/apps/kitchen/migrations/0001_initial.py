import datetime
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.math
import django.db.models.functions.text
import tests.apps.kitchen.models.objects
import uuid
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Unmanaged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
            ],
            options={
                'db_table': 'kitchen_by_hand',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Trunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Collated',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plain', models.CharField(max_length=20)),
                ('folded', models.CharField(db_collation='NOCASE', max_length=20, unique=True)),
                ('trimmed', models.TextField(db_collation='RTRIM', null=True)),
            ],
            options={
                'required_db_vendor': 'sqlite',
            },
        ),
        migrations.CreateModel(
            name='CollatedOnMariaDB',
            fields=[
                ('plain', models.CharField(max_length=20)),
                ('binary', models.CharField(db_collation='utf8mb4_bin', max_length=20, unique=True)),
                ('german', models.TextField(db_collation='utf8mb4_german2_ci', null=True)),
                ('folded', models.CharField(db_collation='utf8mb4_unicode_ci', max_length=20, primary_key=True, serialize=False)),
            ],
            options={
                'required_db_vendor': 'mysql',
            },
        ),
        migrations.CreateModel(
            name='Commented',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plain', models.IntegerField()),
                ('quoted', models.IntegerField(db_comment='the cook\'s "own" number')),
                ('nullable', models.CharField(db_comment='may be – empty', max_length=10, null=True)),
            ],
            options={
                'db_table_comment': "Commented – with 'quotes'",
            },
        ),
        migrations.CreateModel(
            name='Defaults',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('integer', models.IntegerField(db_default=5)),
                ('negative', models.IntegerField(db_default=-5)),
                ('flag', models.BooleanField(db_default=True)),
                ('unset', models.BooleanField(db_default=False, null=True)),
                ('char', models.CharField(db_default="it's 100%", max_length=20)),
                ('empty', models.CharField(db_default='', max_length=20)),
                ('backslash', models.CharField(db_default='a\\b', max_length=20)),
                ('text', models.TextField(db_default='long text')),
                ('nothing', models.CharField(db_default=None, max_length=20, null=True)),
                ('nothing_integer', models.IntegerField(db_default=None, null=True)),
                ('decimal', models.DecimalField(db_default=Decimal('1.50'), decimal_places=2, max_digits=6)),
                ('float', models.FloatField(db_default=1.5)),
                ('date', models.DateField(db_default=datetime.date(2024, 2, 29))),
                ('time', models.TimeField(db_default=datetime.time(12, 30))),
                ('moment', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expression', models.FloatField(db_default=django.db.models.functions.math.Pi())),
                ('lowered', models.CharField(db_default=django.db.models.functions.text.Lower(models.Value('ABC')), max_length=20)),
                ('sum', models.IntegerField(db_default=django.db.models.expressions.CombinedExpression(models.Value(1), '+', models.Value(2)))),
                ('json', models.JSONField(db_default={'a': [1, 'b']})),
                ('python_only', models.IntegerField(default=7)),
            ],
        ),
        migrations.CreateModel(
            name='Generated',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.CharField(max_length=20)),
                ('last', models.CharField(max_length=20)),
                ('price', models.IntegerField()),
                ('amount', models.IntegerField()),
                ('total', models.GeneratedField(db_index=True, db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('price'), '*', models.F('amount')), '+', models.Value(1)), output_field=models.IntegerField())),
                ('name', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Concat('first', models.Value(' % '), 'last'), output_field=models.CharField(max_length=50))),
                ('code', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower('first'), output_field=models.CharField(max_length=20), unique=True)),
                ('positive', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('price'), '+', models.Value(3)), output_field=models.PositiveIntegerField())),
            ],
        ),
        migrations.CreateModel(
            name='GeneratedVirtual',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price', models.IntegerField()),
                ('doubled', models.GeneratedField(db_persist=False, expression=django.db.models.expressions.CombinedExpression(models.F('price'), '*', models.Value(2)), output_field=models.BigIntegerField())),
            ],
            options={
                'required_db_features': {'supports_virtual_generated_columns'},
            },
        ),
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(db_index=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='IntegerKeyed',
            fields=[
                ('number', models.IntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Nullable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('big', models.BigIntegerField(null=True)),
                ('boolean', models.BooleanField(null=True)),
                ('char', models.CharField(max_length=30, null=True)),
                ('json', models.JSONField(null=True)),
                ('positive', models.PositiveIntegerField(null=True)),
                ('text', models.TextField(null=True)),
                ('indexed', models.DateField(db_index=True, null=True)),
                ('single', models.IntegerField(null=True, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='OddNames',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reserved', models.IntegerField(db_column='select')),
                ('spaced', models.CharField(db_column='Two Words', db_index=True, max_length=9)),
                ('accented', models.IntegerField(db_column='größe')),
                ('dotted', models.IntegerField(db_column='a.b', unique=True)),
                ('dollar', models.PositiveIntegerField(db_column='$price')),
            ],
            options={
                'db_table': 'Kitchen Odd-Names',
            },
        ),
        migrations.CreateModel(
            name='Plain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('big', models.BigIntegerField()),
                ('binary', models.BinaryField()),
                ('boolean', models.BooleanField()),
                ('char', models.CharField(max_length=30)),
                ('date', models.DateField()),
                ('moment', models.DateTimeField()),
                ('decimal', models.DecimalField(decimal_places=2, max_digits=10)),
                ('duration', models.DurationField()),
                ('email', models.EmailField(max_length=254)),
                ('file', models.FileField(upload_to='')),
                ('path', models.FilePathField()),
                ('float', models.FloatField()),
                ('address', models.GenericIPAddressField()),
                ('image_name', models.CharField(max_length=100)),
                ('integer', models.IntegerField()),
                ('json', models.JSONField()),
                ('positive_big', models.PositiveBigIntegerField()),
                ('positive', models.PositiveIntegerField()),
                ('positive_small', models.PositiveSmallIntegerField()),
                ('slug', models.SlugField()),
                ('small', models.SmallIntegerField()),
                ('text', models.TextField()),
                ('time', models.TimeField()),
                ('url', models.URLField()),
                ('uuid', models.UUIDField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='SmallKeyed',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='SpareTool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='Spoon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('length', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='TextKeyed',
            fields=[
                ('code', models.CharField(max_length=12, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Together',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField()),
                ('b', models.IntegerField()),
            ],
            options={'index_together': {('a', 'b')}},
        ),
        migrations.CreateModel(
            name='UUIDKeyed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Branch',
            fields=[
                ('trunk_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='kitchen.trunk')),
                ('length', models.IntegerField()),
            ],
            bases=('kitchen.trunk',),
        ),
        migrations.CreateModel(
            name='TrunkProxy',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('kitchen.trunk',),
        ),
        migrations.CreateModel(
            name='Checks',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField()),
                ('b', models.IntegerField(null=True)),
                ('name', models.CharField(max_length=20)),
                ('state', models.CharField(max_length=5)),
                ('day', models.DateField()),
                ('flag', models.BooleanField()),
                ('positive', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('a__gte', 0)), name='checks_gte'), models.CheckConstraint(condition=models.Q(('a__lt', models.F('b')), ('b', None), _connector='OR'), name='checks_cols'), models.CheckConstraint(condition=models.Q(('a__range', (-5, 500))), name='checks_range'), models.CheckConstraint(condition=models.Q(('state__in', ['x', 'y'])), name='checks_in'), models.CheckConstraint(condition=models.Q(('name__startswith', "it's 5%")), name='checks_like'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), ('flag', True)), name='checks_not'), models.CheckConstraint(condition=models.Q(('day__year', 2024)), name='checks_year'), models.CheckConstraint(condition=models.Q(('a__lte', django.db.models.expressions.CombinedExpression(models.F('positive'), '%%', models.Value(7)))), name='checks_mod')],
            },
        ),
        migrations.CreateModel(
            name='CoveringOnly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField()),
                ('b', models.IntegerField()),
            ],
            options={
                'required_db_features': {'supports_covering_indexes'},
                'indexes': [models.Index(fields=['a'], include=('b',), name='covering_only_a')],
            },
        ),
        migrations.CreateModel(
            name='DeferrableOnly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField()),
                ('b', models.IntegerField()),
            ],
            options={
                'required_db_features': {'supports_deferrable_unique_constraints'},
                'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('a',), name='deferrable_now'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('b',), name='deferrable_late')],
            },
        ),
        migrations.CreateModel(
            name='Indexes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField(db_index=True)),
                ('b', models.IntegerField(null=True)),
                ('c', models.CharField(db_index=True, max_length=20)),
                ('text', models.TextField()),
                ('active', models.BooleanField()),
                ('at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['a', 'b'], name='kitchen_ind_a_a372f1_idx'), models.Index(fields=['-at', 'b'], name='indexes_desc'), models.Index(condition=models.Q(('active', True), ('at', None)), fields=['b'], name='indexes_if'), models.Index(fields=['b', 'c'], include=('a',), name='indexes_cover'), models.Index(django.db.models.functions.text.Upper('c'), models.OrderBy(models.F('a'), descending=True), name='indexes_upper'), models.Index(django.db.models.expressions.CombinedExpression(models.F('a'), '+', models.F('b')), name='indexes_sum'), tests.apps.kitchen.models.objects.LocalIndex(fields=['c', 'b'], name='indexes_own')],
            },
        ),
        migrations.CreateModel(
            name='Composite',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.IntegerField()),
                ('note', models.CharField(db_index=True, max_length=10)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.integerkeyed')),
            ],
        ),
        migrations.CreateModel(
            name='PartialOnly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField()),
                ('gone', models.DateTimeField(null=True)),
            ],
            options={
                'required_db_features': {'supports_partial_indexes'},
                'constraints': [models.UniqueConstraint(condition=models.Q(('gone__isnull', True)), fields=('a',), name='partial_only_a')],
            },
        ),
        migrations.CreateModel(
            name='Plate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=40)),
                ('price', models.PositiveIntegerField()),
                ('guest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dishes', to='kitchen.guest')),
                ('guests', models.ManyToManyField(to='kitchen.guest')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.question')),
            ],
        ),
        migrations.CreateModel(
            name='Tool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('questions', models.ManyToManyField(to='kitchen.question')),
            ],
            options={
                'swappable': 'KITCHEN_TOOL_MODEL',
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.IntegerField(db_index=True)),
                ('plate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.plate')),
            ],
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.SlugField(unique=True)),
                ('plate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.plate')),
            ],
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.IntegerField(null=True)),
                ('small', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.smallkeyed')),
            ],
        ),
        migrations.CreateModel(
            name='Stamped',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField()),
                ('slug', models.SlugField(unique=True)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['-created'], name='kitchen_stamped_made')],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='kitchen_stamped_slug')],
            },
        ),
        migrations.CreateModel(
            name='Altered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wider', models.CharField(max_length=20)),
                ('required', models.CharField(db_comment='was nullable', max_length=20, null=True)),
                ('optional', models.IntegerField()),
                ('number', models.DecimalField(decimal_places=2, max_digits=8)),
                ('counted', models.PositiveIntegerField()),
                ('unique_now', models.IntegerField(db_index=True)),
                ('plain_now', models.IntegerField(unique=True)),
                ('indexed_now', models.IntegerField()),
                ('defaulted', models.IntegerField()),
                ('undefaulted', models.IntegerField(db_default=3)),
                ('moved', models.IntegerField()),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.textkeyed')),
            ],
        ),
        migrations.CreateModel(
            name='Uniques',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a', models.IntegerField()),
                ('b', models.IntegerField(null=True)),
                ('c', models.CharField(max_length=20)),
                ('d', models.CharField(max_length=20, unique=True)),
                ('active', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('c', 'a'), name='uniques_plain'), models.UniqueConstraint(condition=models.Q(('active', True)), fields=('a',), name='uniques_if'), models.UniqueConstraint(django.db.models.functions.text.Lower('c'), models.OrderBy(models.F('a'), descending=True), name='uniques_lower'), models.UniqueConstraint(fields=('b',), name='uniques_null_is_null', nulls_distinct=False), models.UniqueConstraint(fields=('a', 'c'), include=('b',), name='uniques_cover'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('active', 'c'), name='uniques_late'), models.UniqueConstraint(fields=('d',), name='uniques_twice')],
                'unique_together': {('a', 'b'), ('b', 'c')},
            },
        ),
        migrations.CreateModel(
            name='Woven',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loose', models.ManyToManyField(db_constraint=False, to='kitchen.uuidkeyed')),
                ('own', models.ManyToManyField(to='kitchen.woven')),
                ('plain', models.ManyToManyField(to='kitchen.question')),
                ('smalls', models.ManyToManyField(through='kitchen.Enrolment', to='kitchen.smallkeyed')),
                ('texts', models.ManyToManyField(db_table='Kitchen Woven Texts', to='kitchen.textkeyed')),
            ],
        ),
        migrations.AddField(
            model_name='enrolment',
            name='woven',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.woven'),
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('above', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='kitchen.branch')),
                ('colour', models.CharField(max_length=20)),
            ],
            bases=('kitchen.branch',),
        ),
        migrations.CreateModel(
            name='Relations',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_name', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='by_name', to='kitchen.trunk', to_field='name')),
                ('loose', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='loose', to='kitchen.question')),
                ('only', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='kitchen.question')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='kitchen.relations')),
                ('renamed', models.ForeignKey(db_column='Other Question', on_delete=django.db.models.deletion.CASCADE, related_name='renamed', to='kitchen.question')),
                ('unindexed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='unindexed', to='kitchen.question')),
                ('small', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kitchen.smallkeyed')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kitchen.textkeyed')),
                ('uuid', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='kitchen.uuidkeyed')),
                ('proxy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='by_proxy', to='kitchen.trunkproxy')),
            ],
        ),
        migrations.AddIndex(
            model_name='plate',
            index=models.Index(fields=['price'], name='plate_price'),
        ),
        migrations.AlterUniqueTogether(
            name='plate',
            unique_together={('name', 'guest')},
        ),
        migrations.AlterOrderWithRespectTo(
            name='answer',
            order_with_respect_to='question',
        ),
        migrations.AlterUniqueTogether(
            name='enrolment',
            unique_together={('woven', 'small')},
        ),
    ]
