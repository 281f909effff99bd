"""Orders, their lines and payments, and a report on them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalogue.models import Product
from customers.models import Address


class Order(models.Model):
    """A basket, and what becomes of it."""

    class Status(models.TextChoices):
        BASKET = "basket"
        PLACED = "placed"
        PAID = "paid"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders"
    )
    ship_to = models.ForeignKey(
        Address, on_delete=models.SET_NULL, null=True, blank=True
    )
    status = models.CharField(
        max_length=10,
        choices=Status,
        default=Status.BASKET,
        db_default=Status.BASKET.value,
    )
    placed = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    customer_ip = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status="basket"),
                name="order_one_basket_each",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["basket", "cancelled"])
                | Q(placed__isnull=False),
                name="order_placed_has_date",
            ),
        ]
        indexes = [models.Index(fields=["status", "placed"], name="order_queue")]

    def __str__(self) -> str:
        return str(self.reference)


class OrderLine(models.Model):
    """So many of one product."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    total = models.GeneratedField(
        expression=F("quantity") * F("unit_price"),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "product"], name="line_product_once_in_order"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="line_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product}"


class Payment(models.Model):
    """Money that came in, or went back."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    provider = models.CharField(max_length=20)
    token = models.CharField(max_length=80, unique=True)
    received = models.DateTimeField(db_index=True)
    receipt = models.BinaryField(null=True, blank=True)

    class Meta:
        get_latest_by = "received"

    def __str__(self) -> str:
        return f"{self.amount} for {self.order}"


class Turnover(models.Model):
    """Sums by status: a view made by a migration, so not managed by Django."""

    status = models.CharField(max_length=10, primary_key=True)
    orders = models.IntegerField()
    total = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        managed = False
        db_table = "orders_turnover"

    def __str__(self) -> str:
        return f"{self.status}: {self.total}"
