"""Addresses of autonomy."""

from django.urls import path

from binome.web.autonomy import digests, handovers, opening, rehearsals, rules, views, why

app_name = "autonomy"
_HERE = "w/<slug:slug>/autonomy/"

urlpatterns = [
    path(_HERE, views.lanes, name="lanes"),
    path(_HERE + "rules/", rules.page, name="rules"),
    path(_HERE + "handovers/", handovers.page, name="handovers"),
    path(_HERE + "digests/", digests.latest, name="digests"),
    path(_HERE + "digests/<int:digest>/", digests.one, name="digest"),
    path(_HERE + "why/<int:card>/", why.page, name="why"),
    path(_HERE + "rehearsals/", rehearsals.page, name="rehearsals"),
    path(_HERE + "rehearsals/<int:rehearsal>/", rehearsals.one, name="rehearsal"),
    path(_HERE + "closed/<int:opening>/seen/", opening.seen, name="seen"),
    path(_HERE + "<int:lane>/", opening.page, name="lane"),
    path(_HERE + "<int:lane>/promise/", opening.promise, name="promise"),
    path(_HERE + "<int:lane>/open/", opening.open_lane, name="open"),
    path(_HERE + "<int:lane>/trial/", views.trial, name="trial"),
    path(_HERE + "<int:lane>/suggest/", views.suggest, name="suggest"),
    path(_HERE + "<int:lane>/off/", views.turn_off, name="off"),
]
