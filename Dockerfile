# One image for all processes, built by the same commands that a developer and CI use.
FROM python:3.11-slim-bookworm

RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends make gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /ankomst
# Environments first: they change seldom and take long.
COPY Makefile pyproject.toml uv.lock README.md ./
COPY bot/pyproject.toml bot/uv.lock bot/
RUN make install

COPY . .
RUN useradd --system --home /ankomst ankomst && mkdir -p var && chown ankomst var
USER ankomst
ENTRYPOINT [".venv/bin/ankomst"]
