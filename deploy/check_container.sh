#!/usr/bin/env bash
# What the Dockerfile does, without Docker: a fresh environment, a user without rights, a checkout that user cannot write to, only its own temp folder.
# deploy/check_container.sh [FOLDER WITH AN ENVIRONMENT]   (as root; without the folder a new environment is made, which takes minutes)
set -euo pipefail
cd "$(dirname "$0")/.."
room=$(mktemp -d)
user=nobody
pid=
trap 'if [ -n "$pid" ]; then kill "$pid" 2>/dev/null; fi; rm -rf "$room"' EXIT
chmod 755 "$room"
mkdir "$room/app" && git ls-files -z | grep -zvE '^(\.ci|benchmarks|deploy|docs|tests|training)/' | xargs -0 cp --parents -t "$room/app"
chmod -R a+rX,a-w "$room/app"
mkdir "$room/tmp" && chown "$user" "$room/tmp"
if [ $# -gt 0 ]; then python=$1/bin/python; else python3 -m venv "$room/venv" && "$room/venv/bin/pip" install -q -r requirements.txt && python=$room/venv/bin/python; fi
start() {
  cd "$room/app"
  exec setpriv --reuid "$user" --regid nogroup --clear-groups env -i PATH=/usr/bin:/bin HOME="$room/tmp" TMPDIR="$room/tmp" MPLCONFIGDIR="$room/tmp/m" \
    NUMBA_CACHE_DIR="$room/tmp/n" HF_HOME="$room/tmp/h" PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=2 \
    GRADIO_SERVER_NAME=127.0.0.1 GRADIO_SERVER_PORT=7863 "$python" app.py
}
start & pid=$!
for _ in $(seq 300); do
  curl -sf http://127.0.0.1:7863/gradio_api/startup-events >/dev/null && break
  kill -0 "$pid"
  sleep 1
done
before=$(find "$room/app" -type f | sort | sha256sum)
event=$(curl -sf http://127.0.0.1:7863/gradio_api/call/sample_pictures -H 'Content-Type: application/json' -d '{"data": ["faces", 2, 1, 1.0]}' | grep -oE '[0-9a-f]{32}')
curl -sfN "http://127.0.0.1:7863/gradio_api/call/sample_pictures/$event" | grep -q 'event: complete'
test "$before" = "$(find "$room/app" -type f | sort | sha256sum)"
test "$(ps -o user= -p "$pid")" = "$user"
echo "It starts and computes as $user, healthy, from a checkout that nobody can write to; it wrote to: $(ls "$room/tmp" | tr '\n' ' ')"
