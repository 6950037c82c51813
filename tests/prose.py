"""How plain the prose and the names of the code are: mannered words in 1,000, by folder.

python -m tests.prose [FOLDER ...]            # the figures
python -m tests.prose --list FOLDER           # where each of them stands

Prose is what docstrings, comments and texts of more than three words say; names are the arguments,
variables, functions and classes that the code defines. The field's own code (nibabel, pydicom,
wfdb, torchio, scikit-learn) has 0.5 to 2 of these words in 1,000 and 0 to 4 of these names.
"""

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# ruff: noqa: SIM905  (a list of words reads as words)
WORDS = frozenset(
    """
    afresh alike anew anybody apart ask asked asks beneath beside besides brought comes crew
    door doors drove everybody foretold goes gone hence judged lain lay lie lies likeness mend
    mended mends nobody nowhere obey rather rival rivals said say saying says seek seeks seldom seen
    somebody sought speak speaks stand standing stands stood surely tell telling tells told twofold
    unsaid untold utter whatever whence whereby wherein whoever whom whose
    """.split()
)
NAMES = frozenset(
    """
    alike amid apart asked beside drove foretold found held kept laid likeness mended nobody one
    ones place places said saw seen sought spoken stands stood thing things told true_one twice
    unsaid untold usual whom whose
    """.split()
)
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’][a-z]+)?")
CODE = re.compile(r"``[^`]*``|`[^`]*`|\{[^}]*\}|https?://\S+")


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each comment, docstring and longer text of a file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("#:! ")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = CODE.sub(" ", node.value)
            if len(WORD.findall(text)) > 3:
                yield node.lineno, text


def names(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of whatever the code of a file defines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name


def in_thousand(folder: Path) -> tuple[float, float]:
    """Mannered words in 1,000 words of prose and in 1,000 defined names of a folder's code."""
    counted: Counter[str] = Counter()
    for file in folder.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        for _, text in prose(source):
            found = [word.lower() for word in WORD.findall(text)]
            counted.update(words=len(found), mannered=sum(word in WORDS for word in found))
        defined = [name for _, name in names(source)]
        counted.update(names=len(defined), odd=sum(is_mannered(name) for name in defined))
    return (
        1000 * counted["mannered"] / max(counted["words"], 1),
        1000 * counted["odd"] / max(counted["names"], 1),
    )


def is_mannered(name: str) -> bool:
    """Whether a name is one of the words, or ends in one: what it holds is not said."""
    return name.lower().strip("_").split("_")[-1] in NAMES


def listing(folder: Path) -> Iterator[str]:
    """Yield a line for each mannered word and name of a folder."""
    for file in sorted(folder.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        for line, text in prose(source):
            if hits := [word for word in WORD.findall(text) if word.lower() in WORDS]:
                yield f"{file}:{line}: {', '.join(hits)}: {' '.join(text.split())[:90]}"
        for line, name in names(source):
            if is_mannered(name):
                yield f"{file}:{line}: name {name}"


if __name__ == "__main__":
    folders = [Path(name) for name in sys.argv[1:] if name != "--list"] or [
        Path("ptacl"),
        Path("app"),
    ]
    for folder in folders:
        if "--list" in sys.argv:
            print(*listing(folder), sep="\n")
        words, odd = in_thousand(folder)
        print(f"{folder}: {words:.1f} in 1,000 words, {odd:.1f} in 1,000 names")
