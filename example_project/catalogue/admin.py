"""Admin pages for the catalogue."""

from django.contrib import admin

from catalogue.models import Book, Category, Product, Review, Supplier, Supply, Tag


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["name", "sku", "price", "stock", "active"]
    prepopulated_fields = {"slug": ["name"]}


admin.site.register([Book, Category, Review, Supplier, Supply, Tag])
