"""What tests of the pages do with them: open, read, upload."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

COMMENTED = b"# sample_rate_hz: 500\n# unit: mV\n"


def open_page(app: AppTest, address: str) -> AppTest:
    """Go to a page by its address, as a link does; the next run shows it.

    `AppTest.switch_page` knows pages by their files; ours are functions of a package.
    """
    app._page_hash = calc_hash(address)
    return app


def shown(app: AppTest, view: str) -> AppTest:
    app.run()
    if view != "inspect_ecg":
        open_page(app, view).run()
    assert not app.exception, app.exception
    return app


def text(app: AppTest) -> str:
    return "\n".join(
        str(e.value) for e in [*app.title, *app.markdown, *app.caption, *app.subheader]
    )


def upload(page: AppTest, files: dict[str, bytes]) -> AppTest:
    page.file_uploader[0].set_value([(n, c, "application/octet-stream") for n, c in files.items()])
    page.run()
    assert not page.exception, page.exception
    return page


def table_of_leads() -> bytes:
    """Ten seconds at 500 Hz as CSV, without rate and unit."""
    rng = np.random.default_rng(0)
    time_s = np.arange(5000) / 500
    beat = np.exp(-(((time_s % 0.8) - 0.4) ** 2) / 0.0002)
    leads = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
    first, second = beat, 1.2 * beat
    limb = [first, second, second - first, -(first + second) / 2, first - second / 2]
    rows = np.stack([*limb, second - first / 2, *[0.8 * beat] * 6])
    rows = rows + rng.normal(0, 0.01, rows.shape)
    body = "\n".join(",".join(f"{v:.3f}" for v in row) for row in rows.T)
    return f"{','.join(leads)}\n{body}\n".encode()


def tables(page) -> list[pd.DataFrame]:
    """What `frame.table` shows on a page, as words."""
    found = []
    for shown_html in page.get("html"):
        body = shown_html.proto.body
        if 'class="wide"' in body:
            top, rows = ElementTree.fromstring(body).iterfind("table/*")
            head = [cell.text or "" for cell in top[0]]
            cells = [[cell.text or "" for cell in row] for row in rows]
            table = pd.DataFrame(cells, columns=head)
            found.append(table.set_index(head[0]))
    return found


def button(page: AppTest, label: str):
    """The button with these words, which is there once."""
    (found,) = [one for one in page.button if one.label == label]
    return found


def by_label(widgets, label: str):
    """The widget of a kind with these words."""
    (found,) = [one for one in widgets if one.label == label]
    return found


def reading(page: AppTest):
    """What the model said of the ECG that was uploaded last."""
    token = list(page.session_state["_uploads"])[-1]
    return page.session_state["_upload_inspections"][token].inspection
