# The service alone; Neo4j is a container of its own (docker-compose.yml).
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY app app
COPY queries queries
COPY schema schema
COPY seed seed
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.12-slim
RUN useradd --create-home immunograph
COPY --from=build /venv /venv
USER immunograph
ENV IMMUNOGRAPH_HOST=0.0.0.0 PATH=/venv/bin:$PATH
EXPOSE 8000
CMD ["immunograph", "serve"]
