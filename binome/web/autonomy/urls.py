"""Addresses of autonomy."""

from django.urls import path

from binome.web.autonomy import views

app_name = "autonomy"
_HERE = "w/<slug:slug>/autonomy/"

urlpatterns = [
    path(_HERE, views.lanes, name="lanes"),
    path(_HERE + "<int:lane>/trial/", views.trial, name="trial"),
    path(_HERE + "<int:lane>/suggest/", views.suggest, name="suggest"),
    path(_HERE + "<int:lane>/off/", views.turn_off, name="off"),
]
