"""Operations, as the tests write them into migrations."""

from __future__ import annotations

ITEM = """migrations.CreateModel("Item", [
    ("id", models.BigAutoField(primary_key=True)),
    ("name", models.CharField(max_length=20, db_index=True)),
])"""
ORDER = """migrations.CreateModel("Order", [
    ("id", models.BigAutoField(primary_key=True)),
    ("item", models.ForeignKey("shop.Item", models.CASCADE)),
])"""
NOTE_MODEL = """migrations.CreateModel("Note", [
    ("id", models.BigAutoField(primary_key=True)),
])"""
PRICE = 'migrations.AddField("item", "price", models.IntegerField(null=True))'
NOTE = 'migrations.AddField("item", "note", models.CharField(max_length=9, default=""))'
NO_PRICE = 'migrations.RemoveField("item", "price")'
WRONG_SQL = 'RunSQL("SELECT nothing FROM nowhere", "SELECT 1")'
FAILS = "RunPython(lambda apps, editor: 1 / 0, RunPython.noop)"
NOTHING = "RunPython(RunPython.noop, RunPython.noop)"
CREATE = (
    "RunPython(lambda apps, editor: [apps.get_model('shop', '{}').objects"
    ".using(editor.connection.alias).create({}) for _ in range({})], RunPython.noop)"
)
INSERT = CREATE.format("Item", "name='x'", 1)
TWO_ROWS = CREATE.format("Item", "name='x'", 2)
ORDER_ROW = CREATE.format("Order", "item_id=1", 1)
UNIQUE_NAME = (
    'migrations.AlterField("item", "name", '
    "models.CharField(max_length=20, unique=True))"
)
