"""Static files: found and described by whitenoise, sent whole."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class WholeFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Answers with a file's bytes at once: ours take a few kilobytes, and ASGI would have them read piece by piece in threads."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        if found.file is None:
            answer = HttpResponse(status=int(found.status))
        else:
            with found.file as file:
                answer = HttpResponse(file.read(), status=int(found.status))
        del answer["Content-Type"]
        for name, value in found.headers:
            answer[name] = value
        return answer


@require_safe
@cache_control(public=True, max_age=86_400)
def icon(_request: HttpRequest) -> HttpResponse:
    """Where the product's icon is: browsers ask for it here beside pages that name none."""
    return HttpResponseRedirect(static("binome/logo.svg"))
