"""The page that a new installation opens with. Only who has the link printed on the console gets in."""

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from binome.accounts import first_run
from binome.accounts.services import AddressTaken
from binome.web.ui.sentences import sentence_for
from binome.web.welcome.forms import FirstRun
from binome.workspaces import services as workspaces

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask who owns this installation, then let them in."""
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        first_run.check(token)
    except first_run.AlreadySetUp:
        return redirect("account_login")
    except first_run.WrongToken:
        return render(request, "welcome/closed.html", status=403)
    form = FirstRun(request.POST or None, initial={"language": translation.get_language()})
    if form.is_valid() and _found(request, form, token):
        return redirect("workspaces:choose")
    return render(request, "welcome/start.html", {"form": form, "token": token})


def _found(request: HttpRequest, form: FirstRun, token: str) -> bool:
    try:
        membership = workspaces.found_house(token=token, **form.cleaned_data)
    except ValidationError as weak:
        form.add_error("password", weak)
    except (AddressTaken, workspaces.NotAZone, first_run.WrongToken, first_run.AlreadySetUp) as refusal:
        form.add_error(None, sentence_for(refusal))
    else:
        login(request, membership.user, backend=_BACKEND)
        return True
    return False
