"""The reference page of the JSON interface, from its own schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from binome.api.routes import api

INTRODUCTION = """\
Addresses begin with `/api/v1/`; the schema that this page is made from is at `/api/v1/openapi.json` (OpenAPI 3.1).

```
curl -H "Authorization: Bearer bnm_…" https://binome.example.org/api/v1/me
```

Statuses beside those listed: 401 no valid token · 403 the token’s role does not allow it · 404 there is nothing here, or
it belongs to another workspace · 409 it has changed in the meantime · 422 not as documented · 429 more than 300 requests
a minute of one token to one web process: wait for `Retry-After` seconds.
"""


def page() -> str:
    """Markdown: every route by subject, then every form."""
    schema = api.get_openapi_schema()
    forms = schema["components"]["schemas"]
    lines = [f"# The JSON interface\n\n{schema['info']['description']}\n\n{INTRODUCTION}"]
    subject = ""
    for path, method, route in _routes(schema):
        if route["tags"][0] != subject:
            subject = route["tags"][0]
            lines.append(f"## {subject}\n")
        lines.append(_route(path, method, route, forms))
    lines.append("## Forms\n")
    lines += [_form(name, form) for name, form in sorted(forms.items())]
    return "\n".join(lines).rstrip() + "\n"


def _routes(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            yield path, method, route


def _route(path: str, method: str, route: Mapping[str, Any], forms: Mapping[str, Any]) -> str:
    parts = [f"### {method.upper()} {path}\n\n{_ended(route['summary'])}"]
    if route.get("description"):
        parts[0] += f" {route['description']}"
    parameters = [one for one in route.get("parameters", []) if one["in"] != "path"]
    if parameters:
        rows = [_parameter(one, forms) for one in parameters]
        parts.append("| Parameter | In | Form | Meaning |\n|---|---|---|---|\n" + "\n".join(rows))
    if "requestBody" in route:
        parts.append(f"Body: {_kind(route['requestBody']['content']['application/json']['schema'])}")
    parts.append("Answers: " + " · ".join(_answers(route["responses"])))
    return "\n\n".join(parts) + "\n"


def _parameter(one: Mapping[str, Any], forms: Mapping[str, Any]) -> str:
    name = "Idempotency-Key" if one["name"] == "idempotency_key" else one["name"]
    return f"| `{name}` | {one['in']} | {_kind(one['schema'])} | {one['schema'].get('description', '')} |"


def _answers(responses: Mapping[Any, Any]) -> Iterator[str]:
    for status, answer in responses.items():
        yield f"{status} {_kind(answer['content']['application/json']['schema'])}"


def _form(name: str, form: Mapping[str, Any]) -> str:
    required = form.get("required", [])
    rows = [
        f"| `{field}` | {_kind(kind)} | {'yes' if field in required else 'no'} |"
        for field, kind in form.get("properties", {}).items()
    ]
    about = f"{form['description'].strip()}\n\n" if form.get("description") else ""
    return f"### {name}\n\n{about}| Field | Form | Always there |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " / ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`" if schema["const"] else "empty"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."
