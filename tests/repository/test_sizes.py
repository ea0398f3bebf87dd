"""Files and functions stay small enough to be read whole, programmes and tests included."""

import ast

from repository.files import project_files, text_of

LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 60

SOURCES = [path for path in project_files() if path.suffix == ".py"]


def long_functions(source: str) -> list[tuple[str, int]]:
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    sizes = [(node.name, node.end_lineno - node.lineno + 1) for node in functions]
    return [(name, size) for name, size in sizes if size > LINES_OF_A_FUNCTION]


def test_no_file_is_too_long():
    sizes = {str(path): len(text_of(path).splitlines()) for path in SOURCES}
    assert {path: size for path, size in sizes.items() if size > LINES_OF_A_FILE} == {}


def test_no_function_is_too_long():
    found = {str(path): long_functions(text_of(path)) for path in SOURCES}
    assert {path: functions for path, functions in found.items() if functions} == {}


def test_a_long_function_would_be_found():
    lines = ["def patient():", *["    pass"] * LINES_OF_A_FUNCTION]
    assert long_functions("\n".join(lines)) == [("patient", LINES_OF_A_FUNCTION + 1)]
    assert long_functions("\n".join(lines[:-1])) == []
