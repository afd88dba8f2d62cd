"""A TCP proxy that only ever adds delay and keeps the order, as real queues do.

Two sorts of trouble: a Wi-Fi link whose retries hold everything up now and then, both ways, and a filled
queue in front of one direction alone. Knows nothing of what passes through it.
"""

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

Delay = Callable[[float], float]
"""Seconds that a byte arriving at this second (since the start) is held up."""


@dataclass(frozen=True)
class Link:
    """One client's way to the server and back."""

    name: str
    up: Delay
    down: Delay


def clean() -> Link:
    """Nothing is held up."""
    return Link("clean", lambda _: 0.0, lambda _: 0.0)


def wifi_spikes(seed: int = 1) -> Link:
    """2 ms each way; every 3 s or so something blocks the air for 30-250 ms, and both ways wait it out."""
    generator = random.Random(seed)
    spikes: list[tuple[float, float]] = []

    def hold(now: float) -> float:
        while not spikes or spikes[-1][0] < now:
            last = spikes[-1][1] if spikes else 0.0
            begins = last + generator.expovariate(1 / 3)
            spikes.append((begins, begins + generator.uniform(0.03, 0.25)))
        waits = max((end - now for begin, end in spikes[-2:] if begin <= now < end), default=0.0)
        return 0.002 + waits + generator.expovariate(1 / 0.001)

    return Link("Wi-Fi spikes", hold, hold)


def filled_queue(seed: int = 2) -> Link:
    """5 ms each way, and downloads in front of the way down: each fills its queue to 200 ms, then it runs empty.

    A queue that never ran empty would be a longer way down, and that no probe can tell from a wrong clock.
    """
    generator = random.Random(seed)

    def queue(now: float) -> float:
        phase = now % 8
        filled = 0.2 * min(phase / 5, 1.0) if phase < 6.5 else 0.0
        return 0.005 + filled * generator.uniform(0.85, 1.0) + generator.expovariate(1 / 0.001)

    return Link("filled queue", lambda _: 0.005, queue)


class Proxy:
    """Listens on a free port of this machine and passes everything on. `with Proxy(link, port) as proxy:`."""

    def __init__(self, link: Link, server_port: int) -> None:
        self.link = link
        self.server_port = server_port
        self.cut_until = 0.0
        self.writers: set[asyncio.StreamWriter] = set()

    def cut(self, seconds: float) -> None:
        """Ends every connection at once, and takes no new one for so long."""
        self.loop.call_soon_threadsafe(self._cut, seconds)

    def _cut(self, seconds: float) -> None:
        self.cut_until = self.loop.time() + seconds
        for writer in self.writers:
            writer.transport.abort()

    def __enter__(self) -> "Proxy":
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        if not ready.wait(10):
            raise RuntimeError("the delay proxy did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.began = self.loop.time()
        ready.set()
        self.loop.run_forever()
        server.close()
        # From here on connections end in mid-air, which asyncio would report one by one.
        self.loop.set_exception_handler(lambda *_: None)
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.loop.time() < self.cut_until:
            to_client.transport.abort()
            return
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            to_client.close()
            return
        self.writers |= {to_client, to_server}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(client, to_server, self.link.up))
                both.create_task(self._pass(server, to_client, self.link.down))
        except* OSError:
            # One end is gone, and so is the connection.
            pass
        finally:
            self.writers -= {to_client, to_server}
            to_client.close()
            to_server.close()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay: Delay) -> None:
        """Bytes leave in the order they came, each no earlier than its delay; an end is passed on as an end."""
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=256)
        async with asyncio.TaskGroup() as ends:
            ends.create_task(self._send(queue, sink))
            leaves = 0.0
            while data := await source.read(16_384):
                now = self.loop.time()
                leaves = max(leaves, now + delay(now - self.began))
                await queue.put((leaves, data))
            await queue.put((leaves, b""))

    async def _send(self, queue: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        while True:
            leaves, data = await queue.get()
            await asyncio.sleep(max(0.0, leaves - self.loop.time()))
            if not data:
                sink.write_eof()
                return
            sink.write(data)
            await sink.drain()
