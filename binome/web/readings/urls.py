"""Addresses of the readings."""

from django.urls import path

from binome.web.readings import checking, views, words

app_name = "readings"
_HERE = "w/<slug:slug>/readings/"

urlpatterns = [
    path(_HERE, views.page, name="page"),
    path(_HERE + "words/", words.lexicon, name="words"),
    path(_HERE + "words/<int:term>/remove/", words.remove, name="remove_word"),
    path(_HERE + "check/<slug:stage>/", checking.check, name="check"),
]
