"""The picture of the README: the head of a report and its path from TPI to contact, through headless Chromium.

    python docs/images/picture.py RUN_DIR
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ONLY = "<style>nav, section:not(#terminal) { display: none !important } body { padding-bottom: 0 }</style>"
WIDTH, HEIGHT = 1200, 1700  # px


def main() -> None:
    page = (Path(sys.argv[1]) / "report.html").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder) / "report.html"
        short.write_text(page.replace("</head>", ONLY + "</head>"), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}"]
        picture = Path(__file__).with_name("report.png")
        subprocess.run(["chromium", *options, f"--screenshot={picture}", short.as_uri()], check=True)


if __name__ == "__main__":
    main()
