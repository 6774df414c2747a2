"""Addresses of knowledge."""

from django.urls import path

from binome.web.knowledge import acts, files, memory, memory_acts, prepared, views

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
    path(_HERE + "memory/", memory.problems, name="memory"),
    path(_HERE + "memory/forget/", memory_acts.forget, name="forget"),
    path(_HERE + "memory/import/", memory.begin, name="history"),
    path(_HERE + "memory/import/<int:intake>/", memory.intake, name="intake"),
    path(_HERE + "memory/import/<int:intake>/confirm/", memory_acts.confirm, name="intake_confirm"),
    path(_HERE + "memory/import/<int:intake>/abandon/", memory_acts.abandon, name="intake_abandon"),
    path(_HERE + "memory/like/<int:conversation>/", memory.cases, name="cases"),
    path(_HERE + "memory/<int:problem>/", memory.problem, name="problem"),
    path(_HERE + "memory/<int:problem>/set-aside/", memory_acts.set_aside, name="problem_aside"),
    path(_HERE + "memory/<int:problem>/bring-back/", memory_acts.bring_back, name="problem_back"),
    path(_HERE + "memory/<int:problem>/merge/", memory_acts.merge, name="problem_merge"),
    path(_HERE + "memory/<int:problem>/split/", memory_acts.split, name="problem_split"),
    path(_HERE + "memory/<int:problem>/links/", memory_acts.check, name="problem_links"),
    path(_HERE + "replies/", prepared.replies, name="prepared"),
    path(_HERE + "replies/new/", prepared.new, name="prepared_new"),
    path(_HERE + "replies/<int:saved_reply>/", prepared.one, name="prepared_one"),
    path(_HERE + "replies/<int:saved_reply>/archive/", prepared.archive, name="prepared_archive"),
    path(_HERE + "replies/<int:saved_reply>/restore/", prepared.restore, name="prepared_restore"),
    path(_HERE + "<int:source>/", views.entry, name="entry"),
    path(_HERE + "<int:source>/archive/", acts.archive, name="archive"),
    path(_HERE + "<int:source>/restore/", acts.restore, name="restore"),
    path(_HERE + "questions/<int:gap>/set-aside/", acts.set_aside, name="set_aside"),
    path(_HERE + "questions/<int:gap>/bring-back/", acts.bring_back, name="bring_back"),
]
