"""Categories, products and who supplies them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now


class Category(models.Model):
    """A node in the tree of categories."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "slug"], name="category_slug_once_in_parent"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word that products share."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class Supplier(models.Model):
    """Who delivers to the shop."""

    name = models.CharField(max_length=120, db_index=True)
    email = models.EmailField()
    homepage = models.URLField(blank=True)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something on sale."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    sku = models.CharField(max_length=32, unique=True)
    description = models.TextField(blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    weight = models.FloatField(null=True, blank=True, help_text="In kilograms.")
    stock = models.PositiveIntegerField(default=0)
    attributes = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)
    created = models.DateTimeField(db_default=Now())
    tags = models.ManyToManyField(Tag, blank=True)
    suppliers = models.ManyToManyField(Supplier, through="Supply")

    class Meta:
        db_table_comment = "Everything that the shop has ever sold"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="product_price_not_negative"
            )
        ]
        indexes = [
            models.Index(Lower("name"), name="product_name_lower"),
            models.Index(fields=["category", "-created"], name="product_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class ActiveProducts(models.Manager):
    """Only what can be bought."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(active=True)


class Offer(Product):
    """A product that can be bought: a proxy, so no table of its own."""

    objects = ActiveProducts()

    class Meta:
        proxy = True


class Book(Product):
    """A product with an ISBN: its own table, joined to the product's."""

    isbn = models.CharField(max_length=13, unique=True)
    author = models.CharField(max_length=120)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)


class Supply(models.Model):
    """Which supplier delivers which product, and for how much."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE)
    cost = models.DecimalField(max_digits=10, decimal_places=2)
    delivery = models.DurationField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "supplies"
        unique_together = [("product", "supplier")]

    def __str__(self) -> str:
        return f"{self.product} from {self.supplier}"


class Review(models.Model):
    """What a customer thinks of a product."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="reviews"
    )
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True
    )
    stars = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    written = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars__range=(1, 5)), name="review_one_to_five"
            ),
            models.UniqueConstraint(
                fields=["product", "customer"], name="review_once_per_customer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars} stars for {self.product}"
