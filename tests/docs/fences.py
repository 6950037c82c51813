"""Fenced blocks of the documentation, with what they hold."""

import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(
    [
        *(REPOSITORY / "docs").rglob("*.md"),
        *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "findings/README.md")),
    ]
)
_FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>.*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.M | re.S,
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block."""

    page: str
    """Path in the repository."""
    line: int
    language: str
    text: str
    reason: str
    """Why it is not run; empty if it is."""

    @property
    def commands(self) -> list[str]:
        """Commands of a shell, a line each, without comments."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [part.strip() for line in lines for part in line.split("#")[0].split("&&") if part]


def fences(page: Path) -> list[Fence]:
    """Return the fenced blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Fence(
            page=page.relative_to(REPOSITORY).as_posix(),
            line=text.count("\n", 0, match.start()) + 1,
            language=match["language"],
            text=match["text"],
            reason=match["reason"] or "",
        )
        for match in _FENCE.finditer(text)
    ]
