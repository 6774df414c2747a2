from django.urls import path

from binome.web.team import views

app_name = "team"
urlpatterns = [
    path("w/<slug:slug>/team/", views.people, name="people"),
    path("w/<slug:slug>/team/invite/", views.invite, name="invite"),
    path("w/<slug:slug>/team/invitations/<int:invitation>/revoke/", views.revoke, name="revoke"),
    path("w/<slug:slug>/team/invitations/<int:invitation>/renew/", views.renew, name="renew"),
    path("w/<slug:slug>/team/members/<int:membership>/role/", views.role, name="role"),
    path("w/<slug:slug>/team/members/<int:membership>/remove/", views.remove, name="remove"),
]
