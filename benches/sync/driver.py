"""The process that drives the product, seen from Python: one JSON line there, one back."""

import json
import os
import subprocess
from pathlib import Path


class Driver:
    """`with Driver() as driver: driver.do("play")`."""

    def __enter__(self) -> "Driver":
        script = Path(__file__).with_name("drive.mjs")
        self.process = subprocess.Popen(
            ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            try:
                self.do("quit")
                self.process.wait(timeout=30)
            except (RuntimeError, OSError, subprocess.TimeoutExpired):
                self.process.kill()
                self.process.wait()

    def do(self, command: str, **details: object) -> dict:
        """Has it done, and returns the answer."""
        self.process.stdin.write(json.dumps({"do": command, **details}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the driver ended in the middle of {command}")
        answer = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(f"{answer['failed']}: {answer['why']}")
        return answer
