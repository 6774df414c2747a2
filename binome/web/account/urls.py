from django.urls import path

from binome.web.account import views

app_name = "account"
urlpatterns = [path("account/", views.profile, name="profile")]
