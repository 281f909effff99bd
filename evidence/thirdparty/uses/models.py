"""Models made of the fields and base classes that other applications bring."""

from autoslug import AutoSlugField
from colorfield.fields import ColorField
from django.db import models
from django.utils import timezone
from django_countries.fields import CountryField
from django_fsm import FSMField
from djmoney.models.fields import MoneyField
from easy_thumbnails.fields import ThumbnailerImageField
from filer.fields.image import FilerImageField
from model_utils import Choices
from model_utils.fields import MonitorField, StatusField, UUIDField
from model_utils.models import SoftDeletableModel, TimeFramedModel, TimeStampedModel
from mptt.models import MPTTModel, TreeForeignKey, TreeManyToManyField
from ordered_model.models import OrderedModel
from phonenumber_field.modelfields import PhoneNumberField
from picklefield.fields import PickledObjectField
from polymorphic.models import PolymorphicModel
from simple_history.models import HistoricalRecords
from solo.models import SingletonModel
from taggit.managers import TaggableManager
from taggit.models import GenericUUIDTaggedItemBase, TaggedItemBase
from timezone_field import TimeZoneField
from treebeard.al_tree import AL_Node
from treebeard.mp_tree import MP_Node
from treebeard.ns_tree import NS_Node


class Category(MPTTModel):
    name = models.CharField(max_length=50, unique=True)
    slug = AutoSlugField(populate_from="name", unique=True)
    colour = ColorField(default="#FF0000")
    parent = TreeForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )


class Place(MP_Node):
    name = models.CharField(max_length=30)
    country = CountryField()
    countries = CountryField(multiple=True, blank=True)
    timezone = TimeZoneField(default="UTC")


class Shelf(NS_Node):
    name = models.CharField(max_length=30)


class Folder(AL_Node):
    name = models.CharField(max_length=30)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, db_index=True, related_name="children_set"
    )
    sib_order = models.PositiveIntegerField()


class TaggedProduct(TaggedItemBase):
    content_object = models.ForeignKey("Product", models.CASCADE)


class UUIDTagged(GenericUUIDTaggedItemBase, TaggedItemBase):
    pass


class Product(TimeStampedModel, SoftDeletableModel):
    price = MoneyField(max_digits=14, decimal_places=2, default_currency="EUR")
    discount = MoneyField(max_digits=19, decimal_places=4, null=True)
    categories = TreeManyToManyField(Category)
    photo = FilerImageField(on_delete=models.SET_NULL, null=True)
    thumbnail = ThumbnailerImageField(upload_to="thumbnails")
    anything = PickledObjectField(null=True)
    phase = FSMField(default="new")
    tags = TaggableManager(through=TaggedProduct)
    history = HistoricalRecords(m2m_fields=[categories])


class Offer(TimeFramedModel):
    STATUS = Choices("draft", "published")

    id = UUIDField(primary_key=True, version=4, editable=False)
    product = models.ForeignKey(Product, models.CASCADE)
    tags = TaggableManager(through=UUIDTagged)
    status = StatusField()
    status_changed = MonitorField(monitor="status")
    seen = models.DateTimeField(default=timezone.now)


class Party(PolymorphicModel):
    phone = PhoneNumberField(unique=True)


class Person(Party):
    born = models.DateField(null=True)


class Company(Party):
    staff = models.ManyToManyField(Person)


class Step(OrderedModel):
    product = models.ForeignKey(Product, models.CASCADE)
    order_with_respect_to = "product"


class Configuration(SingletonModel):
    open = models.BooleanField(default=True)
