# file: files/redis-start.sh
# check: persistence
# fails: the waiting votes are recorded once workers run again
s/^appendonly yes/appendonly no/
