# The page anywhere: docker build -t aedemo . && docker run --read-only --tmpfs /tmp:size=2g -p 7860:7860 aedemo
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 \
    HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib NUMBA_CACHE_DIR=/tmp/numba HF_HOME=/tmp/huggingface

RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin aedemo
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
USER 10001
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/gradio_api/startup-events', timeout=8)"]
CMD ["python", "app.py"]
