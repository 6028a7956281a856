# The service in a container. The steps are those of `make setup`; the database is another container (compose.yaml).
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY scripts/make-venv scripts/find-python scripts/
COPY pyproject.toml requirements-run.lock ./
# Names, versions and hashes first: this layer is made again only when they change
RUN scripts/make-venv --run /opt/emprise --only-locked
# The page of /app/: made again only when its sources change
COPY requirements-web.lock ./
COPY scripts/make_web.py scripts/build_hook.py scripts/
COPY api/web api/web
COPY api/catalogues api/catalogues
RUN python scripts/make_web.py
COPY README.md LICENSE ./
COPY api api
COPY geo geo
COPY migrations migrations
RUN scripts/make-venv --run /opt/emprise

FROM python:3.11-slim-bookworm
# For PDF files, as scripts/install-system-packages has them; of the release's own versions
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 emprise \
    && useradd --system --uid 10001 --gid emprise --home-dir /var/lib/emprise --create-home --shell /usr/sbin/nologin emprise
COPY --from=build /opt/emprise /opt/emprise
# Compiled kernels depend on the processor that runs them, so they are kept where the service may write
ENV PATH=/opt/emprise/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    EMPRISE_DATA_DIR=/var/lib/emprise \
    NUMBA_CACHE_DIR=/var/lib/emprise/kernels
USER 10001:10001
WORKDIR /var/lib/emprise
VOLUME /var/lib/emprise
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["emprise"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
