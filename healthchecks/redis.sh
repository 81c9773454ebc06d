#!/bin/sh
# Healthy if Redis accepts the password over the network and has loaded its data.
# shellcheck disable=SC3028  # HOSTNAME is set by the engine: this container, on its network.
answer=$(REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli --no-auth-warning -h "$HOSTNAME" ping 2>&1)
[ "$answer" = PONG ] && exit 0
echo "Redis answers: $answer"
exit 1
