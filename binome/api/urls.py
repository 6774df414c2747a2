"""Addresses for programs."""

from django.urls import path

from binome.api import inbound

urlpatterns = [path("in/<str:public_id>/", inbound.receive, name="inbound")]
