"""Addresses of the inbox."""

from django.urls import path

from binome.web.inbox import acts, judging, pictures, views

app_name = "inbox"
_ONE = "w/<slug:slug>/inbox/<int:conversation>/"

urlpatterns = [
    path("w/<slug:slug>/inbox/", views.inbox_page, name="list"),
    path("w/<slug:slug>/inbox/rows/", views.rows, name="rows"),
    path("w/<slug:slug>/inbox/events/", views.events, name="events"),
    path(_ONE, views.conversation_page, name="conversation"),
    path(_ONE + "flow/", views.flow, name="flow"),
    path(_ONE + "files/<int:attachment>/", views.attachment, name="attachment"),
    path(_ONE + "files/<int:attachment>/picture/", pictures.picture, name="picture"),
    path(_ONE + "files/<int:attachment>/known/", pictures.know_picture, name="know_picture"),
    path(_ONE + "reply/", acts.reply, name="reply"),
    path(_ONE + "note/", acts.note, name="note"),
    path(_ONE + "take-over/", acts.take_over, name="take_over"),
    path(_ONE + "give-back/", acts.give_back, name="give_back"),
    path(_ONE + "assign/", acts.assign, name="assign"),
    path(_ONE + "snooze/", acts.snooze, name="snooze"),
    path(_ONE + "close/", acts.close, name="close"),
    path(_ONE + "reopen/", acts.reopen, name="reopen"),
    path(_ONE + "tag/", acts.tag, name="tag"),
    path(_ONE + "draft/", acts.draft, name="draft"),
    path(_ONE + "suggestions/<int:suggestion>/accept/", acts.accept, name="accept"),
    path(_ONE + "suggestions/<int:suggestion>/refuse/", acts.refuse, name="refuse"),
    path(_ONE + "suggestions/<int:suggestion>/show/", acts.show_blind, name="show_blind"),
    path(_ONE + "suggestions/<int:suggestion>/put-in-order/", acts.put_in_order, name="put_in_order"),
    path(_ONE + "suggestions/<int:suggestion>/judge/", acts.judge, name="judge"),
    path(_ONE + "messages/<int:message>/readings/<slug:stage>/", judging.judge_reading, name="judge_reading"),
    path(_ONE + "deliveries/<int:delivery>/", acts.settle_delivery, name="settle_delivery"),
]
