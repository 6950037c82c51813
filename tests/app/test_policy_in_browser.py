"""The app works under its content security policy, and a picture from elsewhere is not fetched."""

import pytest

from tests.app.conftest import FIRST_START_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BLOCKED = """() => new Promise((done) => {
  document.addEventListener("securitypolicyviolation", (event) => done(event.blockedURI));
  const picture = new Image();
  picture.src = "http://pictures.invalid/p.png";
  document.body.append(picture);
})"""


def test_the_policy_blocks_a_picture_from_elsewhere_and_nothing_of_the_app(address, page):
    answer = page.goto(address)
    page.get_by_role("heading", name="Similar hearts").wait_for(timeout=FIRST_START_MS)
    page.locator("canvas").first.wait_for()
    page.get_by_role("link", name="Model").click()
    page.get_by_role("heading", name="Provenance").wait_for()
    page.locator(".js-plotly-plot").first.wait_for()
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert page.watch.errors == [] and page.watch.foreign_requests() == []
    assert page.evaluate(BLOCKED).startswith("http://pictures.invalid")
