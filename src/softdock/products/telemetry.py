"""Telemetry to Parquet and back. The columns are those of `flight.record.TELEMETRY`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..flight.record import TELEMETRY, telemetry_rows

Rows = np.ndarray[Any, Any]

WORDS = ("phase", "craft")
ALWAYS = tuple(name for name in TELEMETRY.names or () if name.startswith(("t_s", "get_s", "position", "velocity")))
"""Columns that apply to every row: a NaN there is a fault, elsewhere it says `does not apply`."""


def joined(blocks: Sequence[Rows]) -> Rows:
    """All rows of a flight in the order in which they were recorded."""
    return np.concatenate([telemetry_rows(0), *blocks])


def not_finite_columns(rows: Rows) -> list[str]:
    """One line for each column whose numbers should be finite throughout and are not."""
    found = []
    for name in TELEMETRY.names or ():
        if TELEMETRY[name].kind != "f":
            continue
        bad = ~np.isfinite(rows[name]) if name in ALWAYS else np.isinf(rows[name])
        if bad.any():
            found.append(f"telemetry.{name}: {int(bad.sum())} rows, first at GET {rows['get_s'][bad][0]:.1f} s")
    return found


def parquet_bytes(rows: Rows) -> bytes:
    """The rows as a Parquet file; NaN becomes null, words are dictionary columns."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    columns = {}
    for name in TELEMETRY.names or ():
        if name in WORDS:
            words, indices = np.unique(rows[name], return_inverse=True)
            columns[name] = pa.DictionaryArray.from_arrays(
                pa.array(indices.astype(np.int32)), pa.array(words.tolist(), type=pa.string())
            )
        else:
            columns[name] = pa.array(np.ascontiguousarray(rows[name]), from_pandas=True)
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns), sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def parquet_rows(content: bytes) -> Rows:
    """The rows of a Parquet file written by `parquet_bytes`; null becomes NaN. A missing column stays empty."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    table = parquet.read_table(pa.BufferReader(content), use_threads=False)
    rows = telemetry_rows(table.num_rows)
    for name in TELEMETRY.names or ():
        if name not in table.column_names:
            continue
        column = table.column(name)
        if name in WORDS:
            rows[name] = np.array(column.to_pylist(), dtype=TELEMETRY[name])
        else:
            rows[name] = column.to_numpy()
    return rows
