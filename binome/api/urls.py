"""Addresses for programs."""

from django.urls import path, re_path

from binome.api import inbound
from binome.api.problems import nothing_here
from binome.api.routes import api

urlpatterns = [
    path("in/<str:public_id>/", inbound.receive, name="inbound"),
    path("api/v1/", api.urls),
    re_path("^api/", nothing_here, name="nothing_here"),
]
