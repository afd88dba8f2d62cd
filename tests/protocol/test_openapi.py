"""What OpenAPI says of the REST interface is so: schemathesis makes up calls from it, good ones and bad ones."""

import os
import subprocess
import sys
from pathlib import Path

from conftest import Server, guest, register, track

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
]

WOULD_END_THE_CALLER = [
    "/api/v1/auth/logout",
    "/api/v1/me",
    "/api/v1/me/sessions/{session_id}",
    "/api/v1/rooms/{room_id}/host",
    "/api/v1/rooms/{room_id}/leave",
    "/sessions/{room_id}/leave",
    "/api/v1/admin/users/{user_id}",
    "/api/v1/admin/users/{user_id}/sign-out",
]
"""After one of these, called well, all that follows would only be told to sign in, or that it is no member."""

CONFIG = """
[parameters]
room_id = "{room}"
item_id = "{item}"
user_id = "{other}"
code = "{code}"
"""

EXAMPLES = os.environ.get("EXAMPLES", "6")
"""Made-up calls a route, beside those that go through its parameters one by one."""


def test_every_answer_is_one_that_openapi_has(own_server: Server, tmp_path: Path) -> None:
    host, listener = register(own_server), guest(own_server)
    room = host.ok("POST", "rooms/create", {"name": "Tests"})["room"]
    item = host.ok("POST", f"rooms/{room['room_id']}/playlist", {"track": track("song")})["item"]
    listener.ok("POST", "rooms/join", {"room_id": room["room_id"]})
    known = {"room": room["room_id"], "item": item["item_id"], "other": listener.id, "code": room["invite_code"]}
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(**known))
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("st")),
            "run",
            f"{own_server.api}/openapi.json",
            f"--header=Authorization: Bearer {host.token}",
            f"--checks={','.join(CHECKS)}",
            *[f"--exclude-path={path}" for path in WOULD_END_THE_CALLER],
            "--phases=coverage,fuzzing",
            f"--max-examples={EXAMPLES}",
            "--generation-deterministic",
            "--continue-on-failure",
            "--warnings=off",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr
    still = host.ok("GET", "me")
    assert still["user"]["user_id"] == host.id, "the caller was signed out on the way: the rest was never tried"
