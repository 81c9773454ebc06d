#!/bin/sh
# Healthy: Redis answers over the network to who has the password, and has loaded its data.
# shellcheck disable=SC3028  # HOSTNAME is set by the engine: the container itself, on its network.
answer=$(REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli --no-auth-warning -h "$HOSTNAME" ping 2>&1)
[ "$answer" = PONG ] && exit 0
echo "Redis answers: $answer"
exit 1
