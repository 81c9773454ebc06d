#!/bin/sh
# Starts Redis with settings from standard input, since a command line is for everybody on the node to read.
exec redis-server - <<SETTINGS
requirepass "$REDIS_PASSWORD"
dir /data
appendonly yes
appendfsync $APPENDFSYNC
save ""
maxmemory $MAXMEMORY
maxmemory-policy noeviction
SETTINGS
