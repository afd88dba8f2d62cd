"""One PulseAudio daemon with a sink a client, and the one recorder that hears them all on one clock.

The channel map stands at the daemon, at every sink and at the recorder alike: where it is missing the
channels are mixed and every skew reads zero. Knows nothing of browsers or of what is played.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from reference import RATE

SINKS = {name: f"aux{index}" for index, name in enumerate("ABCDEFGH")}
"""Who is heard at which channel: up to eight browsers at once."""

CHANNEL_MAP = ",".join(SINKS.values())


class Pulse:
    """A private daemon. `with Pulse() as pulse:` starts and ends it."""

    def __enter__(self) -> "Pulse":
        self.folder = Path(tempfile.mkdtemp(prefix="tutti-pulse-"))
        socket = self.folder / "native"
        self.server = f"unix:{socket}"
        modules = [
            f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            f"module-null-sink sink_name=bench rate={RATE} channels={len(SINKS)} channel_map={CHANNEL_MAP}",
            # Two channels through one player: a known offset that no two starts can blur.
            "module-remap-sink sink_name=pair master=bench channels=2 channel_map=front-left,front-right "
            f"master_channel_map={SINKS['A']},{SINKS['B']} remix=no",
        ]
        modules += [
            f"module-remap-sink sink_name={name} master=bench channels=1 channel_map=mono "
            f"master_channel_map={channel} remix=no"
            for name, channel in SINKS.items()
        ]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--log-level=error"]
        command += [f"--load={module}" for module in modules]
        settings = self.folder / "daemon.conf"
        # What a browser asks for its own rate; at another one it would resample.
        settings.write_text(f"default-sample-rate = {RATE}\nalternate-sample-rate = {RATE}\n")
        environment = {
            **os.environ,
            "PULSE_CONFIG": str(settings),
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_RUNTIME_PATH": str(self.folder),
        }
        self.log = (self.folder / "log").open("w")
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)
        self._await_sinks()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, sink: str | None = None) -> dict[str, str]:
        """What a player needs in its environment to be heard at `sink`."""
        environment = {**os.environ, "PULSE_SERVER": self.server}
        return environment if sink is None else {**environment, "PULSE_SINK": sink}

    def player(self, sink: str, file: Path) -> subprocess.Popen:
        """Starts playing a WAV file; the caller waits for it."""
        return subprocess.Popen(["paplay", f"--device={sink}", str(file)], env=self.environment())

    def _await_sinks(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            listed = subprocess.run(
                ["pactl", "list", "short", "sinks"], env=self.environment(), capture_output=True, text=True
            )
            if all(f"\t{name}\t" in listed.stdout for name in ["bench", "pair", *SINKS]):
                return
            time.sleep(0.05)
        raise RuntimeError(f"PulseAudio did not start: {(self.folder / 'log').read_text().strip()}")


class Recorder:
    """Everything these sinks played between `with Recorder(pulse, "AB") as recorder:` and its end."""

    def __init__(self, pulse: Pulse, sinks: str = "AB") -> None:
        self.pulse = pulse
        self.sinks = sinks

    def __enter__(self) -> "Recorder":
        self.chunks: list[bytes] = []
        self.bytes = 0
        self.began: float | None = None
        heard = ",".join(SINKS[sink] for sink in self.sinks)
        command = ["parec", "--device=bench.monitor", f"--rate={RATE}", "--format=s16le"]
        command += [f"--channels={len(self.sinks)}", f"--channel-map={heard}", "--no-remix", "--latency-msec=20", "--raw"]
        self.process = subprocess.Popen(command, env=self.pulse.environment(), stdout=subprocess.PIPE)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        deadline = time.monotonic() + 10
        while self.began is None:
            if time.monotonic() > deadline:
                raise RuntimeError("parec recorded nothing")
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        self.thread.join(timeout=10)

    def _read(self) -> None:
        while chunk := os.read(self.process.stdout.fileno(), 65_536):
            arrived = time.time()
            self.chunks.append(chunk)
            self.bytes += len(chunk)
            # No byte arrives before its sound was played, so the earliest tells when the first was.
            began = arrived - self.bytes / (2 * len(self.sinks) * RATE)
            self.began = began if self.began is None else min(self.began, began)

    def seconds_at(self, wall: float) -> float:
        """Where in the recording something happened at this wall-clock time, within some 20 ms."""
        return wall - (self.began or wall)

    def channel(self, sink: str) -> np.ndarray:
        """What was heard at one sink, after the recording ended."""
        data = b"".join(self.chunks)
        frame = 2 * len(self.sinks)
        frames = np.frombuffer(data[: len(data) // frame * frame], dtype="<i2").reshape(-1, len(self.sinks))
        return frames[:, self.sinks.index(sink)].astype(np.float32) / 32768
