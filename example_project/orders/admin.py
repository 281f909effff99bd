"""Admin pages for orders."""

from django.contrib import admin

from orders.models import Order, OrderLine, Payment


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    extra = 0


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    inlines = [OrderLineInline]
    list_display = ["reference", "customer", "status", "placed"]
    list_filter = ["status"]


admin.site.register(Payment)
