# Binôme's processes; the database is another container (see compose.yaml).
FROM python:3.12-slim AS build
WORKDIR /srv/binome
RUN pip install --no-cache-dir uv && python -m venv .venv
COPY requirements.txt ./
RUN uv pip install --no-cache --python .venv/bin/python -r requirements.txt
COPY pyproject.toml manage.py ./
COPY binome binome
RUN uv pip install --no-cache --python .venv/bin/python --no-deps --editable . \
    && .venv/bin/python -m binome.console.catalogues \
    && BINOME_HOME=/tmp/build BINOME_SECRET_KEY=only-for-the-build-never-used-again .venv/bin/python manage.py collectstatic --no-input -v 0

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/binome --create-home binome
WORKDIR /srv/binome
COPY --from=build /srv/binome /srv/binome
ENV PATH=/srv/binome/.venv/bin:$PATH BINOME_HOME=/var/lib/binome BINOME_BIND=0.0.0.0:8000
USER binome
VOLUME /var/lib/binome
EXPOSE 8000
CMD ["binome", "web"]
