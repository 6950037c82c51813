"""The browser code as modules: linked for Streamlit, typed, linted, and tested in Node.js."""

import shutil
import subprocess
from pathlib import Path

import pytest

from app.components import assets, headers
from tests.real_files import REPOSITORY

COMPONENTS = sorted(path.parent.name for path in assets.BROWSER.glob("*/main.js"))


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_linked_component_is_one_module_without_imports(component: str, tmp_path: Path) -> None:
    linked = assets.link_modules(f"{component}/main.js")
    assert linked.count("export default") == 1
    assert "\nimport " not in linked and "\nexport {" not in linked
    if node := shutil.which("node"):
        file = tmp_path / "linked.mjs"
        file.write_text(linked)
        done = subprocess.run([node, "--check", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_a_module_comes_after_what_it_imports() -> None:
    linked = assets.link_modules("ecg_paper/main.js")
    first = [linked.index(f"/* {name} */") for name in ("ecg_paper/trace.js", "ecg_paper/main.js")]
    assert first == sorted(first)


def test_modules_that_import_each_other_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = a;\n')
    monkeypatch.setattr(assets, "BROWSER", tmp_path)
    with pytest.raises(ValueError, match="imports itself"):
        assets.link_modules("a.js")


def test_the_browser_has_the_headers_that_python_packs() -> None:
    assert headers.DECLARATIONS.read_text(encoding="utf-8") == headers.declarations()


@pytest.mark.slow
@pytest.mark.parametrize("task", ["types", "lint", "format", "test"])
def test_the_javascript_passes_its_checks(task: str) -> None:
    npm = shutil.which("npm")
    if npm is None or not (REPOSITORY / "node_modules").is_dir():
        pytest.skip("Node.js tools are not installed; run `npm ci`")
    command = [npm, "run", "--silent", task]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
