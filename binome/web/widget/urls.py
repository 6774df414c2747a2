"""Addresses of the chat; public, none needs a session."""

from django.urls import path

from binome.web.widget import views

urlpatterns = [
    path("widget/<str:public_id>/embed.js", views.script, name="widget_script"),
    path("widget/<str:public_id>/", views.frame, name="widget_frame"),
    path("widget/<str:public_id>/sample/", views.sample, name="widget_sample"),
    path("widget/<str:public_id>/visitors/", views.visitors, name="widget_visitors"),
    path("widget/<str:public_id>/messages/", views.messages, name="widget_messages"),
    path("widget/<str:public_id>/events/", views.events, name="widget_events"),
]
