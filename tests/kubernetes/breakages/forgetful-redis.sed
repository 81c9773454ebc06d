# file: files/redis-start.sh
# check: persistence
# fails: the waiting votes are recorded when workers run again
s/^appendonly yes/appendonly no/
