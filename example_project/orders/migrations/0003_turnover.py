from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0002_payments"),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE VIEW orders_turnover AS
                SELECT o.status AS status,
                       COUNT(DISTINCT o.id) AS orders,
                       SUM(l.total) AS total
                FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
                GROUP BY o.status
            """,
            reverse_sql="DROP VIEW orders_turnover",
            state_operations=[
                migrations.CreateModel(
                    name="Turnover",
                    fields=[
                        ("status", models.CharField(max_length=10, primary_key=True, serialize=False)),
                        ("orders", models.IntegerField()),
                        ("total", models.DecimalField(decimal_places=2, max_digits=14)),
                    ],
                    options={
                        "db_table": "orders_turnover",
                        "managed": False,
                    },
                ),
            ],
        ),
    ]
