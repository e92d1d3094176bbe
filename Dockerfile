# The service alone; Neo4j is a container of its own (docker-compose.yml).
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY app app
COPY docs docs
COPY queries queries
COPY schema schema
COPY seed seed
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.12-slim
RUN useradd --create-home immunograph && install -d -o immunograph -g immunograph /cache
COPY --from=build /venv /venv
USER immunograph
# All that is ever written, so that the rest may be mounted read-only.
VOLUME /cache
ENV IMMUNOGRAPH_HOST=0.0.0.0 \
    IMMUNOGRAPH_CACHE_DIR=/cache \
    NUMBA_CACHE_DIR=/cache/numba \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/venv/bin:$PATH
EXPOSE 8000
# It runs while it answers; whether the graph is there too, /health/ready tells.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["immunograph", "serve"]
