from django.urls import path

from binome.web.workspaces import views

app_name = "workspaces"
urlpatterns = [
    path("", views.first_page, name="first"),
    path("workspaces/", views.choose, name="choose"),
    path("workspaces/new/", views.create, name="create"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
]
