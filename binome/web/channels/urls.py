"""Addresses of channels."""

from django.urls import path

from binome.web.channels import acts, stopping, views

app_name = "channels"
_HERE = "w/<slug:slug>/channels/"
_ONE = _HERE + "<int:channel>/"
_DELIVERY = _HERE + "messages/<int:delivery>/"

urlpatterns = [
    path(_HERE, views.channels_page, name="list"),
    path(_HERE + "connect/", views.pick, name="pick"),
    path(_HERE + "connect/<str:connector>/", views.connect, name="connect"),
    path(_ONE, views.channel_page, name="channel"),
    path(_ONE + "check/", acts.check, name="check"),
    path(_ONE + "pause/", acts.pause, name="pause"),
    path(_ONE + "resume/", acts.resume, name="resume"),
    path(_ONE + "disconnect/", acts.disconnect, name="disconnect"),
    path(_ONE + "secret/", acts.secret, name="secret"),
    path(_ONE + "freeze/", stopping.freeze_one, name="freeze"),
    path(_ONE + "thaw/", stopping.thaw_one, name="thaw"),
    path(_HERE + "freeze/", stopping.freeze_all, name="freeze_all"),
    path(_HERE + "thaw/", stopping.thaw_all, name="thaw_all"),
    path(_DELIVERY + "send-again/", acts.send_again, name="send_again"),
    path(_DELIVERY + "arrived/", acts.arrived, name="arrived"),
    path(_DELIVERY + "lost/", acts.lost, name="lost"),
]
