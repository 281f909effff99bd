from django.db import migrations


class Migration(migrations.Migration):
    """A table for the rate limiter in front of the shop, which is no Django app."""

    dependencies = [
        ("orders", "0003_turnover"),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE TABLE rate_limit_violations (
                    address varchar(45) NOT NULL PRIMARY KEY,
                    violations integer NOT NULL
                )
            """,
            reverse_sql="DROP TABLE rate_limit_violations",
        ),
    ]
