FROM node:20-bookworm-slim AS node

FROM python:3.11-slim-bookworm
# npm brings the pages of the playground and the docs at build time; the image needs no other host at run time.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s /usr/local/lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && useradd --system --create-home --uid 10001 hub \
 && install -d -o hub -m 700 /data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . && python -m hub.web.assets
USER hub
ENV HUB_HOST=0.0.0.0 HUB_PORT=8000 HUB_DATA=/data PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["hub", "serve"]
