from django.urls import path

from binome.web.members import views

app_name = "members"
_ONE = "w/<slug:slug>/members/<int:member>/"
urlpatterns = [
    path(_ONE + "held/", views.held, name="held"),
    path(_ONE + "forget/", views.forget, name="forget"),
]
