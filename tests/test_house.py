"""The house rules, held by the code itself: who imports whom, what kind of file touches what, and sizes.

Each test reads every file once and tells all faults together. OPEN is the list of faults that are known and being
mended; it may only shrink.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
FEATURES = {
    "forms": "base definition places catalogue .",
    "sync": ". instance counting intake lists reading review odata export",
    "aggregates": "flags quality tallies plan report compilation history .",
    "server": "base words settings store identity upkeep web terminal intake openrosa submissions exports projects "
    "places publishing phones browser review people night plan reminders compilation counts inbox sheet audit home "
    "demo . cli",
}
"""The packages, and in each its features: a file imports its own and those before it. A point is the package itself."""
ORDER = list(FEATURES)
VERBS = {
    "compare",
    "compile",
    "convert",
    "decide",
    "examine",
    "expect",
    "export",
    "publish",
    "rebuild",
    "receive",
    "report",
    "roll_up",
    "sign",
}
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
KEEPERS_BY_ANOTHER_NAME = {"sqlite"}
"""Chooses the database driver; everything that is given an open database may name its type."""
OUTSIDE = {"sqlite_utils", "sqlcipher3", "requests", "os", "pathlib", "tempfile", "shutil"}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)
AT_THE_DOOR = re.compile(r"(api|pages|cli)(_\w+)?")
"""What answers programs, people and operators: addresses and commands, and nothing that another file would need."""
MOST_ARGUMENTS, MOST_LINES_OF_FUNCTION, MOST_LINES_OF_FILE = 6, 60, 400
LEAST_FILES_OF_FOLDER, MOST_FILES_OF_FOLDER, MOST_LINES_OF_FOLDER = 3, 20, 3_000
ONLY_GROWS = {"tables.py"}
"""Migrations: frozen text, of which none is ever taken out."""
NO_FEATURES = {"server/locale"}
"""Folders of texts, with the tool that tends them."""

OPEN: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Module:
    """One file of the four packages."""

    path: Path

    @property
    def name(self) -> str:
        """As it is imported."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def here(self) -> str:
        """As a fault tells it."""
        return str(self.path.relative_to(ROOT))

    @property
    def package(self) -> str:
        """One of the four."""
        return self.path.relative_to(ROOT).parts[0]

    @property
    def feature(self) -> str:
        """The folders between the package and the file, "." for none."""
        return "/".join(self.path.relative_to(ROOT).parts[1:-1]) or "."

    @property
    def folder(self) -> str:
        """Package and feature."""
        return str(self.path.parent.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """What is written in it."""
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        """The same, parsed."""
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Modules that it imports, at its top or inside a function."""
        return frozenset(imported(self.tree))

    @property
    def tops(self) -> set[str]:
        """The first names of what it imports."""
        return {name.partition(".")[0] for name in self.imports}


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules that a file imports, at its top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the import whole"
            assert node.module is not None
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                is_module = (ROOT / f"{whole.replace('.', '/')}.py").is_file()
                is_package = (ROOT / whole.replace(".", "/") / "__init__.py").is_file()
                yield whole if is_module or is_package else node.module


@cache
def modules() -> tuple[Module, ...]:
    """Every file of the four packages."""
    paths = sorted(path for package in ORDER for path in (ROOT / package).rglob("*.py"))
    return tuple(Module(path) for path in paths if "node_modules" not in path.parts)


@cache
def by_name() -> dict[str, Module]:
    """The same, by the names by which they are imported."""
    return {module.name: module for module in modules()}


def inner(module: Module) -> list[Module]:
    """The files of the four packages that a file imports."""
    return [by_name()[name] for name in sorted(module.imports) if name in by_name()]


def kind(module: Module) -> str:
    """A plural keeps, a verb does, everything else computes; what stands at the door is none of the three."""
    stem = module.path.stem
    if stem == "__init__" or stem in KEEPERS_BY_ANOTHER_NAME:
        return "any"
    if stem in VERBS:
        return "does"
    return "keeps" if stem.endswith("s") else "computes"


def texts(tree: ast.AST) -> Iterator[str]:
    """String constants that are no docstrings, f-strings with their holes left out."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield " x ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Every function and method."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


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
        if kind(module) not in ("keeps", "any") and any(SQL.search(text) for text in texts(module.tree)):
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
    """One subject a file; a function is told in steps, and asks for few things."""
    for module in modules():
        if module.text.count("\n") > MOST_LINES_OF_FILE and module.path.name not in ONLY_GROWS:
            yield f"{module.here} has more than {MOST_LINES_OF_FILE} lines"
        for function in functions(module.tree):
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
    """What a loop goes over is called by what it is: `for form in forms`."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.For | ast.comprehension):
                names = {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
                if names & {"each", "elem", "obj"}:
                    yield f"{module.path}:{node.target.lineno}: {ast.unparse(node.target)} says nothing of what it is"


def faults_of_docstrings() -> Iterator[str]:
    """Every file and every public function and class says what it holds or promises."""
    for module in modules():
        if not ast.get_docstring(module.tree):
            yield f"{module.here} does not say what it holds"
        within = {
            id(node)
            for function in functions(module.tree)
            for node in ast.walk(function)
            if node is not function
        }
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if id(node) not in within and not ast.get_docstring(node):
                yield f"{module.here}: {node.name} does not say what it promises"


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
    faults_of_docstrings,
    faults_of_frozen,
)


def assert_none(*rules: Callable[[], Iterator[str]]) -> None:
    """Fail with every fault that these rules find and that is not known."""
    faults = {fault for rule in rules for fault in rule()} - OPEN
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
    mended = OPEN - {fault for rule in RULES for fault in rule()}
    assert not mended, f"take out of OPEN: {sorted(mended)}"


def test_only_one_file_asks_the_clock() -> None:
    asking = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    assert [module.here for module in modules() if asking.search(module.text)] == ["server/base/clock.py"]


def test_only_one_file_chooses_the_database_driver() -> None:
    drivers = {"sqlite3", "sqlite_utils", "sqlcipher3", "pysqlite3"}
    assert [module.here for module in modules() if drivers & module.tops] == ["forms/base/sqlite.py"]
