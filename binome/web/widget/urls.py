"""Addresses of the chat; public, none needs a session."""

from django.urls import path

from binome.web.widget import views

app_name = "widget"
urlpatterns = [
    path("widget/<str:public_id>/embed.js", views.script, name="script"),
    path("widget/<str:public_id>/", views.frame, name="frame"),
    path("widget/<str:public_id>/sample/", views.sample, name="sample"),
    path("widget/<str:public_id>/visitors/", views.visitors, name="visitors"),
    path("widget/<str:public_id>/messages/", views.messages, name="messages"),
    path("widget/<str:public_id>/events/", views.events, name="events"),
]
