"""A person's own settings. Signing in itself is allauth's, in our clothes (templates/account, templates/mfa)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from binome.accounts import services as accounts
from binome.web.account.forms import Profile
from binome.web.ui import toasts

_FIELDS = ("name", "language", "theme", "shortcuts")


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, appearance, shortcuts."""
    user = request.user
    form = Profile(request.POST or None, initial={field: getattr(user, field) for field in _FIELDS})
    if form.is_valid():
        accounts.change_profile(user, **form.cleaned_data)  # type: ignore[arg-type]
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            toasts.show(request, _("Saved."))
        return redirect("account:profile")
    return render(request, "account/profile.html", {"form": form})
