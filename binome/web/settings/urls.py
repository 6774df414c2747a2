from django.urls import path

from binome.web.settings import views

app_name = "settings"
urlpatterns = [path("w/<slug:slug>/settings/", views.workspace, name="workspace")]
