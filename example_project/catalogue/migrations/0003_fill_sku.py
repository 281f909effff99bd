from django.db import migrations


def fill_sku(apps, schema_editor):
    product_model = apps.get_model("catalogue", "Product")
    products = product_model.objects.using(schema_editor.connection.alias)
    for product in products.filter(sku=None).only("pk").iterator():
        product.sku = f"SKU-{product.pk:06}"
        product.save(update_fields=["sku"])


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0002_suppliers_and_sku"),
    ]

    operations = [
        migrations.RunPython(fill_sku, migrations.RunPython.noop, elidable=True),
    ]
