"""Customers, their profiles and addresses."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class Customer(AbstractUser):
    """The user model of the shop."""

    phone = models.CharField(max_length=32, blank=True)
    newsletter = models.BooleanField(default=False, db_default=False)

    class Meta(AbstractUser.Meta):
        indexes = [models.Index(Lower("email"), name="customer_email_lower")]


class Profile(models.Model):
    """What a customer tells about herself."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE)
    birthday = models.DateField(null=True, blank=True)
    avatar = models.FileField(upload_to="avatars", blank=True)

    def __str__(self) -> str:
        return f"Profile of {self.customer}"


class Address(models.Model):
    """Where parcels go."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="addresses"
    )
    label = models.CharField(max_length=40)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=16)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2, db_comment="ISO 3166-1 alpha-2")
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "label"], name="address_label_once"
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(is_default=True),
                name="address_one_default",
            ),
        ]
        indexes = [models.Index(fields=["country", "postcode"], name="address_place")]

    def __str__(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"
