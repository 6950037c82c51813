"""Groups as a file: rules as text, lists as subject ids, with the version of the format."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ptacl.errors import PtaclError

FORMAT = "ptacl groups"
VERSION = 1
MOST_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class FiledGroup:
    """A group of a file: a rule, or the ids of its subjects."""

    name: str
    rule: str = ""
    """A link's word (`group_rules.Rule.key`) or a rule of `rule_grammar` after ``rule:``."""
    subject_ids: tuple[str, ...] = ()
    """Empty where a rule defines the group."""


def groups_json(groups: Sequence[FiledGroup], synthetic: bool) -> str:
    """Return groups as the text of a file.

    Args:
        groups: to write.
        synthetic: whether their subjects are simulated.
    """
    entries = [
        {"name": group.name, "rule": group.rule}
        if group.rule
        else {"name": group.name, "subject_ids": list(group.subject_ids)}
        for group in groups
    ]
    content = {"format": FORMAT, "version": VERSION, "synthetic": synthetic, "groups": entries}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_groups(content: bytes) -> tuple[FiledGroup, ...]:
    """Return the groups of a file.

    Raises:
        PtaclError: it is no such file, or of another version.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise _refused("It is no file of groups. Choose one that the Groups page saved.")
    if data.get("version") != VERSION:
        raise _refused(
            f"It is of version {data.get('version')!r}; this PTACL reads version {VERSION}."
        )
    entries = data.get("groups")
    if not isinstance(entries, list) or len(entries) > MOST_GROUPS:
        raise _refused(f"It holds no list of at most {MOST_GROUPS:,} groups.")
    return tuple(_group(entry) for entry in entries)


def _group(entry: object) -> FiledGroup:
    if isinstance(entry, dict) and isinstance(name := entry.get("name"), str) and name.strip():
        rule, ids = entry.get("rule"), entry.get("subject_ids")
        if isinstance(rule, str) and rule and ids is None:
            return FiledGroup(name, rule=rule)
        if isinstance(ids, list) and rule is None and all(isinstance(i, str) for i in ids):
            return FiledGroup(name, subject_ids=tuple(ids))
    raise _refused("Each group needs a name, and a rule or a list of subject_ids.")


def _refused(why: str) -> PtaclError:
    return PtaclError(f"The file is not read. {why}", code="group.unreadable_file")
