"""Addresses of the settings."""

from django.urls import path

from binome.web.settings import thinking, views, voice

app_name = "settings"
_HERE = "w/<slug:slug>/settings/"

urlpatterns = [
    path(_HERE, views.workspace, name="workspace"),
    path(_HERE + "voice/", voice.voice, name="voice"),
    path(_HERE + "language-model/", thinking.language_model, name="language_model"),
    path(_HERE + "language-model/try/", thinking.try_it, name="try_language_model"),
    path(_HERE + "language-model/leave/", thinking.leave, name="leave_language_model"),
]
