"""The picture in the README: `.venv/bin/python docs/screenshot.py` starts the demo town and makes docs/screenshot.png.

The agenda in Dutch, 1280 points wide, in few colours so that it stays under 200 KB.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, serving
from tests.conftest import make_app, migrate
from vwg import demo
from vwg.db import db, writing

FILE = ROOT / "docs" / "screenshot.png"
MOST = 200_000  # bytes


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        migrate(app)
        with app.app_context(), writing():
            demo.load()
            db.session.commit()
        with serving(app) as house:
            taken = taken_of(f"{house.url}/nl/agenda/")
    Image.open(BytesIO(taken)).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(FILE, optimize=True)
    if FILE.stat().st_size > MOST:
        sys.exit(f"{FILE} weighs {FILE.stat().st_size} bytes, more than {MOST}.")
    print(FILE, FILE.stat().st_size, "bytes")


def taken_of(address: str) -> bytes:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address, wait_until="networkidle")
        taken = page.screenshot()
        browser.close()
    return taken


main()
