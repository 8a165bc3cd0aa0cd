"""The picture in the README: `.venv/bin/python docs/screenshot.py` starts the demo town and makes docs/screenshot.png.

The agenda in Dutch, 1280 points wide, in few colours so that it stays under 200 KB.
"""

import sys
import tempfile
import threading
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import flask_migrate
from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.browser.conftest import CHROMIUM
from vwg import create_app, demo
from vwg.config import Config
from vwg.db import db, writing

FILE = ROOT / "docs" / "screenshot.png"
MOST = 200_000  # bytes


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(database_url=f"sqlite:///{folder}/vwg.db", secrets=("only for a picture",), base_url="http://localhost",
                                smtp_url="", proxies=0, instance=Path(folder), demo=True))  # fmt: skip
        with app.app_context():
            flask_migrate.upgrade()
            with writing():
                demo.load()
                db.session.commit()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        taken = taken_of(f"http://127.0.0.1:{server.server_port}/nl/agenda/")
        server.shutdown()
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
