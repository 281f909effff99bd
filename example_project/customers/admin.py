"""Admin pages for customers."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from customers.models import Address, Customer, Profile

admin.site.register(Customer, UserAdmin)
admin.site.register([Address, Profile])
