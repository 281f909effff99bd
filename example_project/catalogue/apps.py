"""What there is to buy."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "catalogue"
