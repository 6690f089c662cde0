FROM python:3.11-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/claims
COPY pyproject.toml constraints.txt README.md LICENSE claims.json ./
COPY client ./client
COPY app ./app
# The wheels first: only what they hold goes on, with the versions that the tests ran on.
RUN /opt/claims/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /wheels ./client . \
 && /opt/claims/bin/pip install --no-cache-dir --constraint constraints.txt \
    /wheels/claims_client-*.whl "$(echo /wheels/claims_api-*.whl)[clickhouse]"

FROM python:3.11-slim-trixie
COPY --from=build /opt/claims /opt/claims
ENV PATH=/opt/claims/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp/cache
# A claims.json mounted here is served in place of the shipped one.
WORKDIR /data
# By number, so that a cluster can tell without reading the image that it is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
ENTRYPOINT ["claims"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
