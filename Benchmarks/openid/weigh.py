"""What a file of SQLite holds: lines `TABLE ROWS BYTES`, its indexes and what is unused of its pages included.

Usage: weigh.py FILE
"""

import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as database:
    bytes_of = dict(
        database.execute(
            "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name GROUP BY 1"
        )
    )
    for table, size in sorted(bytes_of.items()):
        (rows,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        print(table, rows, size)
