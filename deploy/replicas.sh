#!/usr/bin/env bash
# Two replicas of the page behind nginx on this machine: deploy/replicas.sh [PYTHON]. Ends them all when it ends.
# Their process numbers stand in ROOMS/7861.pid and ROOMS/7862.pid; ROOMS (a folder) can be given in the environment.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python}
rooms=${ROOMS:-$(mktemp -d)}
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT
for port in 7861 7862; do
  # a temp folder each, as on machines of their own
  GRADIO_TEMP_DIR="$rooms/$port" GRADIO_SERVER_NAME=127.0.0.1 GRADIO_SERVER_PORT=$port "$python" app.py &
  pids+=($!) && echo $! >"$rooms/$port.pid"
done
for port in 7861 7862; do
  until curl -sf "http://127.0.0.1:$port/gradio_api/startup-events" >/dev/null; do sleep 1; done
done
nginx -c "$PWD/deploy/nginx.conf" -p /tmp -g 'daemon off;' &
pids+=($!)
until curl -sf http://127.0.0.1:7860/gradio_api/startup-events >/dev/null; do sleep 0.2; done
echo "http://127.0.0.1:7860 (replicas: 7861, 7862)"
wait
