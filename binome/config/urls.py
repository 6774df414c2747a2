"""Every address of the product: those of the screens, which are found, and those of signing in."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from binome.web.ui import errors, files, screens

urlpatterns: list[URLPattern | URLResolver] = [
    *screens.addresses(),
    path("", include("binome.api.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/security/", include("allauth.mfa.urls")),
    path("favicon.ico", files.icon, name="icon"),
    path("language/", set_language, name="set_language"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
handler429 = errors.too_many  # read by allauth
