"""Write docs/glossary.md from the terms of the report, which stand in products/templates/glossary.toml.

    python docs/glossary.py
"""

from __future__ import annotations

from pathlib import Path

from softdock.products.glossary import glossary_page

if __name__ == "__main__":
    Path(__file__).with_suffix(".md").write_text(glossary_page(), encoding="utf-8")
