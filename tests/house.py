"""The files of the project as the house rules look at them: what each imports, holds and is called."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
ORDER = ("forms", "sync", "aggregates", "server")
"""The packages: each may import those before it."""
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
KEEPERS_BY_ANOTHER_NAME = {"sqlite"}
"""Chooses the database driver; everything that is given an open database may name its type."""


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
    def nodes(self) -> tuple[ast.AST, ...]:
        """All parts of the tree: walking it anew for each rule costs more than all rules together."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> frozenset[str]:
        """Modules that it imports, at its top or inside a function."""
        return frozenset(imported(self.nodes))

    @property
    def tops(self) -> set[str]:
        """The first names of what it imports."""
        return {name.partition(".")[0] for name in self.imports}


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Modules that a file imports, at its top or inside a function."""
    for node in nodes:
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
def modules_of_tests() -> tuple[Module, ...]:
    """Every file of the tests, with what they share."""
    return tuple(Module(path) for path in sorted((ROOT / "tests").rglob("*.py")))


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


def texts(module: Module) -> Iterator[str]:
    """String constants that are no docstrings, f-strings with their holes left out."""
    docstrings = {
        id(node.body[0].value)
        for node in module.nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in module.nodes:
        if isinstance(node, ast.JoinedStr):
            yield " x ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def functions(module: Module) -> Iterator[ast.FunctionDef]:
    """Every function and method."""
    yield from (node for node in module.nodes if isinstance(node, ast.FunctionDef))
