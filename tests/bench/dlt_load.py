"""What dlt makes of the bench's file, run by a Python that has it: ``python dlt_load.py FILE URL WAY [ROWS]``.

``WAY``: ``rows`` (dictionaries, as its guides show), ``frames`` (arrow tables, CSV to the server), ``adbc`` (arrow tables,
parquet and ADBC to the server). Nothing is checked, keyed or rejected; every column arrives as text.
"""

from __future__ import annotations

import csv
import itertools
import os
import sys
import tempfile
import time

os.environ.update(
    {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL", "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
     "DATA_WRITER__DISABLE_COMPRESSION": "true"}
)  # fmt: skip

import dlt
import pyarrow as pa
import pyarrow.csv as pc


def by_rows(path: str, limit: int | None):
    with open(path, encoding="utf-8", newline="") as stream:
        yield from itertools.islice(csv.DictReader(stream), limit)


def by_frames(path: str):
    with open(path, encoding="utf-8") as stream:
        names = next(csv.reader(stream))
    texts = pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    for batch in pc.open_csv(path, convert_options=texts, read_options=pc.ReadOptions(block_size=16 << 20)):
        yield pa.Table.from_batches([batch])


def main(path: str, url: str, way: str, rows: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench", destination=dlt.destinations.postgres(url), dataset_name="peer_dlt", pipelines_dir=folder
        )
        data = by_rows(path, int(rows) if rows else None) if way == "rows" else by_frames(path)
        form = {"rows": None, "frames": "csv", "adbc": "parquet"}[way]
        began = time.monotonic()
        pipeline.run(dlt.resource(data, name=f"survey_{way}"), write_disposition="replace", loader_file_format=form)
        print("seconds", time.monotonic() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
