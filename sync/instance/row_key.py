"""Names a repeat instance among all others: `ID/participant[1]/enfant[2]`, as ODK Central's exports do. Pure.

The flat tables keep where a row stands as "1.2"; SQLite builds the key from it.
"""

from forms.definition.definition import Definition

ID = "s.instance_id"


def names_of_repeats(definition: Definition, repeat: str) -> list[str]:
    """The names of a repeat and of those around it, outer first."""
    around = [question for question in definition.repeats if f"{repeat}/".startswith(f"{question.path}/")]
    return [question.name for question in sorted(around, key=lambda each: len(each.path))]


def key(names: list[str], position: str = "t.position") -> str:
    """An SQL expression for the key of a row of the innermost of these repeats."""
    if len(names) == 1:
        return f"{ID} || {quoted(f'/{names[0]}[')} || {position} || ']'"
    return f"row_key({ID}, {quoted('/'.join(names))}, {position})"


def parent_key(names: list[str]) -> str:
    """An SQL expression for the key of the row around it."""
    return key(names[:-1], "t.parent_position") if len(names) > 1 else ID


def row_key(instance_id: str, names: str, position: str) -> str:
    """The key that the SQL function of this name makes.

    >>> row_key("uuid:a", "participant/enfant", "1.2")
    'uuid:a/participant[1]/enfant[2]'
    """
    steps = zip(names.split("/"), position.split("."), strict=False)
    return instance_id + "".join(f"/{name}[{number}]" for name, number in steps)


def quoted(text: str) -> str:
    """A text as SQL writes it.

    >>> quoted("l'âge")
    "'l''âge'"
    """
    return "'" + text.replace("'", "''") + "'"
