# The journal for a server of one's own: docs/running.md. The database is not in here.

FROM python:3.13-slim AS build

ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN python3 -m pip install --no-cache-dir --root-user-action=ignore --target /opt/uv "uv>=0.8,<1"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN /opt/uv/bin/uv sync --frozen --no-cache --no-default-groups
COPY . .
# Local mode needs no secrets; the key that it makes is thrown away with its folder.
RUN THROUGHLINE_HOME=/tmp/build STATIC_ROOT=/app/staticfiles \
        DATABASE_URL=postgresql://nobody@nowhere/nothing \
        .venv/bin/python manage.py collectstatic --noinput \
    && rm -r /tmp/build \
    && chmod -R a+rX staticfiles \
    && .venv/bin/python -m compileall -q apps config


FROM python:3.13-slim

# Letters for PDF that do not come with the journal: scripts of Asia, emoji (docs/archive.md).
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 throughline \
    && useradd --uid 10001 --gid throughline --home-dir /data --no-create-home \
        --shell /usr/sbin/nologin throughline \
    && install -d -o throughline -g throughline -m 0700 /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MEDIA_ROOT=/data/media \
    STATIC_ROOT=/app/staticfiles
USER throughline
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "config.probe"]
CMD ["python", "config/local", "web", "0.0.0.0", "8000"]
