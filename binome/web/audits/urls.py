"""Addresses of audits."""

from django.urls import path

from binome.web.audits import order, views

app_name = "audits"

urlpatterns = [
    path("w/<slug:slug>/audits/", views.queue, name="queue"),
    path("w/<slug:slug>/audits/order/", order.queue, name="order"),
    path("w/<slug:slug>/audits/order/<int:suggestion>/", order.settle, name="settle_order"),
    path("w/<slug:slug>/audits/<int:suggestion>/right/", views.right, name="right"),
    path("w/<slug:slug>/audits/<int:suggestion>/wrong/", views.wrong, name="wrong"),
    path("w/<slug:slug>/audits/<int:suggestion>/person/", views.person, name="person"),
    path("w/<slug:slug>/audits/<int:suggestion>/blind/", views.blind, name="blind"),
]
