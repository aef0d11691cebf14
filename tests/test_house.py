"""The house rules, held by the code itself: who imports whom, what kind of file touches what, and sizes.

Each test reads every file once and tells all faults together. OPEN is the list of faults that are known and being
mended; it may only shrink.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter

from tests.house import ORDER, Module, functions, inner, kind, modules, modules_of_tests, texts

FEATURES = {
    "forms": "base definition places catalogue .",
    "sync": ". instance counting intake lists reading review odata export",
    "aggregates": "flags quality tallies plan report compilation history .",
    "server": "base words settings store identity upkeep web terminal intake openrosa submissions exports projects "
    "places publishing phones browser review people night plan reminders compilation counts reports inbox sheet audit "
    "home demo . cli",
}
"""The packages, and in each its features: a file imports its own and those before it. A point is the package itself."""
WRITERS = {
    "access",
    "administer",
    "agreeing",
    "app",
    "compiling",
    "database",
    "demo",
    "examining",
    "hand_out",
    "install",
    "jobs",
    "phones",
    "reconciling",
    "remind",
    "release",
    "route",
    "serve",
    "take",
    "take_in",
    "trials",
    "withdraw",
}
"""Beside what stands at the door, the files of server/ that take the writer's turn or write in the log."""
OUTSIDE = {"sqlite_utils", "sqlcipher3", "requests", "os", "pathlib", "tempfile", "shutil"}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)
AT_THE_DOOR = re.compile(r"(api|pages|cli)(_\w+)?")
"""What answers programs, people and operators: addresses and commands, and nothing that another file would need."""
MOST_ARGUMENTS, MOST_LINES_OF_FUNCTION, MOST_LINES_OF_FILE = 6, 60, 400
LEAST_FILES_OF_FOLDER, MOST_FILES_OF_FOLDER, MOST_LINES_OF_FOLDER = 3, 20, 3_000
NAMELESS = re.compile(r"\b(each|elem|obj)\b")
"""Names that say nothing of what they hold."""
ONLY_GROWS = {"tables.py"}
"""Migrations: frozen text, of which none is ever taken out."""
NO_FEATURES = {"server/locale"}
"""Folders of texts, with the tool that tends them."""

OPEN: frozenset[str] = frozenset()


def faults_of_direction() -> Iterator[str]:
    """Packages and their features import downwards in the listed order."""
    for module in modules():
        order = FEATURES[module.package].split()
        if module.feature not in order and module.folder not in NO_FEATURES:
            yield f"{module.folder}: no feature of this name is listed"
            continue
        for other in inner(module):
            if ORDER.index(other.package) > ORDER.index(module.package):
                yield f"{module.here} imports {other.name}, of a package above"
            elif other.package == module.package and order.index(other.feature) > order.index(module.feature):
                yield f"{module.here} imports {other.name}, of a feature above"


def faults_of_circles() -> Iterator[str]:
    """No folder reaches itself through others, and no file."""
    for name in ("folder", "here"):
        graph: dict[str, set[str]] = defaultdict(set)
        for module in modules():
            if module.path.stem != "__init__":
                graph[getattr(module, name)] |= {
                    getattr(other, name) for other in inner(module) if other.path.stem != "__init__"
                } - {getattr(module, name)}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as circle:
            yield f"a circle of imports: {', '.join(sorted(set(circle.args[1])))}"


def faults_at_the_door() -> Iterator[str]:
    """Addresses and commands never import each other: what they share is the feature's own file (rule 2)."""
    for module in modules():
        if AT_THE_DOOR.fullmatch(module.path.stem):
            for other in inner(module):
                if AT_THE_DOOR.fullmatch(other.path.stem):
                    yield f"{module.here} imports {other.name}"


def faults_of_flask() -> Iterator[str]:
    """Only server/ knows the web."""
    for module in modules():
        if module.package != "server" and "flask" in module.tops:
            yield f"{module.here} imports flask"


def faults_of_kinds() -> Iterator[str]:
    """A singular computes, a plural keeps, a verb does."""
    for module in modules():
        mine = kind(module)
        if module.package == "server" or mine == "any":
            continue
        if mine == "computes" and module.tops & OUTSIDE:
            yield f"{module.here}, a singular, touches the world"
        if re.search(r"\b(now|utcnow|today)\(\)", module.text) and module.path.stem != "roll_up":
            yield f"{module.here} takes the time by itself"
        if re.search(r"\.(commit|rollback|atomic)\(", module.text):
            yield f"{module.here} ends a transaction, which is the edge's to do"
        barred = {"does": {"does"}, "keeps": {"does"}, "computes": {"does", "keeps"}}[mine]
        for other in inner(module):
            if other.path.stem != "blobs" and kind(other) in barred:
                yield f"{module.here}, which {mine}, imports {other.name}, which {kind(other)}"


def faults_of_writers() -> Iterator[str]:
    """In server/ a noun reads and computes; whatever changes something stands at the door, or is a listed verb."""
    writes = re.compile(r"(asking|storage|writing)\.(write|writing|audit)\(|\.writing\(|audits\.append\(")
    for module in modules():
        stem = module.path.stem
        is_noun = stem not in WRITERS and not AT_THE_DOOR.fullmatch(stem) and module.folder != "server/cli"
        if module.package == "server" and is_noun and writes.search(module.text):
            yield f"{module.here} changes something, and is no verb"


def faults_of_sql() -> Iterator[str]:
    """SQL stands in keepers alone, in server/ too."""
    for module in modules():
        if kind(module) not in ("keeps", "any") and any(SQL.search(text) for text in texts(module)):
            yield f"{module.here} holds SQL"


def faults_of_folders() -> Iterator[str]:
    """A folder is a feature that one can take in: no heap, and no drawer for one thing."""
    folders: dict[str, list[Module]] = defaultdict(list)
    for module in modules():
        if module.path.stem != "__init__":
            folders[module.folder].append(module)
    for folder, inside in folders.items():
        if folder in NO_FEATURES:
            continue
        if len(inside) > MOST_FILES_OF_FOLDER:
            yield f"{folder} has more than {MOST_FILES_OF_FOLDER} files"
        if "/" in folder and len(inside) < LEAST_FILES_OF_FOLDER:
            yield f"{folder} has fewer than {LEAST_FILES_OF_FOLDER} files"
        if sum(module.text.count("\n") for module in inside) > MOST_LINES_OF_FOLDER:
            yield f"{folder} has more than {MOST_LINES_OF_FOLDER} lines"


def faults_of_size() -> Iterator[str]:
    """One subject a file, of tests too; a function is told in steps, and asks for few things."""
    for module in modules_of_tests():
        if module.text.count("\n") > MOST_LINES_OF_FILE:
            yield f"{module.here} has more than {MOST_LINES_OF_FILE} lines"
    for module in modules():
        if module.text.count("\n") > MOST_LINES_OF_FILE and module.path.name not in ONLY_GROWS:
            yield f"{module.here} has more than {MOST_LINES_OF_FILE} lines"
        for function in functions(module):
            assert function.end_lineno is not None
            if function.end_lineno - function.lineno >= MOST_LINES_OF_FUNCTION:
                yield f"{module.here}: {function.name} has more than {MOST_LINES_OF_FUNCTION} lines"
            if len(arguments(function)) > MOST_ARGUMENTS:
                yield f"{module.here}: {function.name} takes more than {MOST_ARGUMENTS} arguments"


def arguments(function: ast.FunctionDef) -> list[str]:
    """The names of what a function is given, `self` and `cls` left out."""
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def faults_of_names() -> Iterator[str]:
    """A class has its name for itself in a package."""
    for package in ORDER:
        classes = Counter(
            node.name
            for module in modules()
            if module.package == package
            for node in module.tree.body
            if isinstance(node, ast.ClassDef)
        )
        yield from (f"{package}: two classes are called {name}" for name, n in classes.items() if n > 1)


def faults_of_loops() -> Iterator[str]:
    """What a loop goes over is called by what it is, in tests too: `for form in forms`."""
    for module in (*modules(), *modules_of_tests()):
        if not NAMELESS.search(module.text):
            continue
        for node in module.nodes:
            if isinstance(node, ast.For | ast.comprehension):
                names = {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
                if any(map(NAMELESS.fullmatch, names)):
                    yield f"{module.here}:{node.target.lineno}: {ast.unparse(node.target)} says nothing of what it is"


def faults_of_docstrings() -> Iterator[str]:
    """Every file and every public function and class says what it holds or promises."""
    for module in modules():
        if not ast.get_docstring(module.tree):
            yield f"{module.here} does not say what it holds"
        for node in declared(module.tree):
            if not node.name.startswith("_") and not ast.get_docstring(node):
                yield f"{module.here}: {node.name} does not say what it promises"


def declared(inside: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions and classes of a file, and methods; not what a function keeps for itself."""
    for node in ast.iter_child_nodes(inside):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from declared(node)


def faults_of_frozen() -> Iterator[str]:
    """Nothing frozen is changed: another value is made."""
    for module in modules():
        if "object.__setattr__" in module.text or re.search(r"__dict__\[", module.text):
            yield f"{module.here} changes what is frozen"


RULES: tuple[Callable[[], Iterator[str]], ...] = (
    faults_of_direction,
    faults_of_circles,
    faults_at_the_door,
    faults_of_flask,
    faults_of_kinds,
    faults_of_writers,
    faults_of_sql,
    faults_of_folders,
    faults_of_size,
    faults_of_names,
    faults_of_loops,
    faults_of_docstrings,
    faults_of_frozen,
)


@cache
def faults_by(rule: Callable[[], Iterator[str]]) -> frozenset[str]:
    """What a rule finds, found once."""
    return frozenset(rule())


def assert_none(*rules: Callable[[], Iterator[str]]) -> None:
    """Fail with every fault that these rules find and that is not known."""
    faults = {fault for rule in rules for fault in faults_by(rule)} - OPEN
    assert not faults, "\n" + "\n".join(sorted(faults))


def test_features_import_downwards_and_in_no_circle() -> None:
    assert_none(faults_of_direction, faults_of_circles)


def test_pages_addresses_and_commands_never_import_each_other() -> None:
    assert_none(faults_at_the_door)


def test_a_file_stays_in_its_kind() -> None:
    assert_none(faults_of_flask, faults_of_kinds, faults_of_writers, faults_of_sql, faults_of_frozen)


def test_a_folder_can_be_taken_in_and_a_file_has_one_subject() -> None:
    assert_none(faults_of_folders, faults_of_size)


def test_a_class_has_its_name_for_itself_and_a_loop_says_what_it_goes_over() -> None:
    assert_none(faults_of_names, faults_of_loops)


def test_every_public_function_says_what_it_promises() -> None:
    assert_none(faults_of_docstrings)


def test_the_list_of_open_faults_holds_nothing_that_was_mended() -> None:
    mended = OPEN - {fault for rule in RULES for fault in faults_by(rule)}
    assert not mended, f"take out of OPEN: {sorted(mended)}"


def test_only_one_file_asks_the_clock() -> None:
    asking = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    assert [module.here for module in modules() if asking.search(module.text)] == ["server/base/clock.py"]


def test_only_one_file_chooses_the_database_driver() -> None:
    drivers = {"sqlite3", "sqlite_utils", "sqlcipher3", "pysqlite3"}
    assert [module.here for module in modules() if drivers & module.tops] == ["forms/base/sqlite.py"]
