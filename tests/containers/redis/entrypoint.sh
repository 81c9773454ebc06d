#!/bin/bash
# Entry point of the substitute for redis:7: options are passed to redis-server, which never runs as root.
set -euo pipefail

if [[ ${1:-} == -* || ${1:-} == *.conf ]]; then set -- redis-server "$@"; fi
if [[ $1 == redis-server ]]; then
  umask 077
  if ((EUID == 0)); then
    chown -R redis: /data
    exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
  fi
fi
exec "$@"
