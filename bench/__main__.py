"""`make bench`: how long things take here, and how that compares with peers measured in the same run.

python -m bench [orbits] [plans] [flight] [closed_loop] [--json FILE]; everything where no part is named.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .flights import closed_loop, flight
from .harness import Row, save, table
from .orbits import PARTS, orbits
from .plans import plans

ALL = {"orbits": orbits, "plans": plans, "flight": flight, "closed_loop": closed_loop}
NAMED = ALL | {part.__name__: part for part in PARTS}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Time softdock beside its peers.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(NAMED)}; all where left out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured beside peers to FILE too")
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in NAMED]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(NAMED)}")
    rows: list[Row] = []
    for name in options.parts or ALL:
        rows += NAMED[name]()
    if rows:
        print(table(rows))
    if options.json:
        save(rows, options.json)


if __name__ == "__main__":
    main()
