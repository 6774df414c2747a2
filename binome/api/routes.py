"""The JSON interface, whole: every route, behind a token, with one form of error."""

from ninja import NinjaAPI

from binome.api import conversations, knowledge, problems, suggestions, workspace

DESCRIPTION = (
    "Everything happens in one workspace: that of the access token, sent as `Authorization: Bearer bnm_…`. A token "
    "acts in the name of the person who made it, and never may do more than they may. Lists come in pages: pass "
    '`next` as `cursor` until it is null. Whatever goes wrong is told as `{"problem": "a sentence"}`.'
)

api = NinjaAPI(
    title="Binôme",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)
api.add_router("", workspace.router)
api.add_router("", conversations.router)
api.add_router("", suggestions.router)
api.add_router("", knowledge.router)
problems.tell_in_sentences(api)
