"""Another program that has an SQLite file for itself, until it is killed: sqlite_lock.py FILE"""

import signal
import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
signal.pause()
