from django.urls import path

from binome.web.welcome import views

app_name = "welcome"
urlpatterns = [path("welcome/", views.welcome, name="start")]
