"""Every answer carries the policy, which allows nothing from elsewhere."""

from app.server.policy import SecurityHeaders, content_security_policy
from tests.app.server.asgi import answer_ok, ask


def directives() -> dict[str, str]:
    headers = dict(ask(SecurityHeaders(answer_ok))[0]["headers"])
    entries = headers[b"content-security-policy"].decode().split("; ")
    return {name: sources for name, _, sources in (entry.partition(" ") for entry in entries)}


def test_no_directive_names_another_host_or_lets_text_run_as_a_script():
    found = directives()
    for sources in found.values():
        assert all(s.startswith("'") or s in ("data:", "blob:") for s in sources.split())
    assert "unsafe" not in found["script-src"] and "data:" not in found["script-src"]
    assert found["object-src"] == "'none'" and found["frame-ancestors"] == "'self'"


def test_the_headers_replace_those_of_the_app_and_stand_once():
    headers = ask(SecurityHeaders(answer_ok))[0]["headers"]
    frames = [value for name, value in headers if name.lower() == b"x-frame-options"]
    assert frames == [b"SAMEORIGIN"]
    assert (b"x-content-type-options", b"nosniff") in headers
    assert (b"content-type", b"text/plain") in headers


def test_an_inline_script_of_the_page_is_allowed_by_its_hash_alone():
    other, one = (content_security_policy(page) for page in ("", "<script>\n  a = 1\n</script>"))
    assert "sha256-" not in other and one.count("sha256-") == 1
    changed = content_security_policy("<script>\n  a = 2\n</script>")
    assert changed != one
