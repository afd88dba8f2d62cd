"""The examples in the documentation, run as they stand there: only the server's address is another."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Server

DOCS = Path(__file__).parents[2] / "docs" / "dialects"


def examples(language: str) -> list[object]:
    found = []
    for page in sorted(DOCS.glob("*.md")):
        for block in re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL):
            found.append(pytest.param(block, id=page.stem))
    return found


@pytest.mark.parametrize("example", examples("python"))
def test_a_python_example_runs(server: Server, example: str) -> None:
    assert "127.0.0.1:8080" in example
    code = example.replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "an example says what it did"
