"""Addresses of knowledge."""

from django.urls import path

from binome.web.knowledge import acts, files, views

app_name = "knowledge"
_HERE = "w/<slug:slug>/knowledge/"

urlpatterns = [
    path(_HERE, views.entries, name="list"),
    path(_HERE + "try/", views.tried, name="try"),
    path(_HERE + "new/", views.new, name="new"),
    path(_HERE + "export/", files.export, name="export"),
    path(_HERE + "import/", files.begin, name="import"),
    path(_HERE + "import/<int:pending>/", files.pending, name="pending"),
    path(_HERE + "import/<int:pending>/confirm/", files.confirm, name="confirm"),
    path(_HERE + "import/<int:pending>/abandon/", files.abandon, name="abandon"),
    path(_HERE + "<int:source>/", views.entry, name="entry"),
    path(_HERE + "<int:source>/archive/", acts.archive, name="archive"),
    path(_HERE + "<int:source>/restore/", acts.restore, name="restore"),
    path(_HERE + "questions/<int:gap>/set-aside/", acts.set_aside, name="set_aside"),
    path(_HERE + "questions/<int:gap>/bring-back/", acts.bring_back, name="bring_back"),
]
