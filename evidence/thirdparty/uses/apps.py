from django.apps import AppConfig


class UsesConfig(AppConfig):
    name = "evidence.thirdparty.uses"
    label = "uses"
