/**
 * The built server in a process of its own, on a free port, with a data folder that is removed afterwards. It can be
 * killed as a power cut would and started again in the same place. Knows nothing of what it serves.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.TUTTI_BIN ?? new URL("../../../target/debug/tutti", import.meta.url).pathname;
const START_MS = 20_000;
const STOP_MS = 15_000;

export class Server {
  #process = null;
  #said = [];
  #lent = false;

  /**
   * @param {string[]} flags more of them, such as `["--limits", "off"]`
   * @param {string} [folder] where it keeps its data, instead of a folder that is removed afterwards
   */
  static async start(flags = [], folder) {
    const server = new Server();
    server.folder = folder ?? (await mkdtemp(join(tmpdir(), "tutti-")));
    server.#lent = folder !== undefined;
    server.flags = flags;
    server.port = 0;
    await server.startAgain();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it printed, for the message of a test that fails. */
  get output() {
    return this.#said.join("\n");
  }

  /** On the same port and the same data as before. */
  async startAgain() {
    const flags = ["serve", "--listen", `127.0.0.1:${this.port}`, "--data", join(this.folder, "data")];
    this.#process = spawn(BINARY, [...flags, ...this.flags], { stdio: ["ignore", "pipe", "pipe"] });
    this.port = await this.#listening();
  }

  /** As a crash or a power cut would: no goodbye to anybody. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** As a machine that hangs would: the sockets stay open, and nobody answers. */
  freeze() {
    this.#process.kill("SIGSTOP");
  }

  /** It goes on where it stood. */
  thaw() {
    this.#process.kill("SIGCONT");
  }

  /** As a person would. */
  async stop() {
    await this.#end("SIGTERM");
  }

  async dispose() {
    await this.#end("SIGKILL");
    if (!this.#lent) await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal) {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    const late = setTimeout(() => running.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(late);
  }

  #listening() {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${BINARY} ${why}\n${this.output}`));
      const late = setTimeout(() => fail(`did not listen within ${START_MS} ms`), START_MS);
      child.once("error", (error) => fail(`could not be started: ${error.message}`));
      child.once("exit", (code, signal) => fail(`ended with ${code ?? signal} before it listened`));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", (line) => {
          this.#said.push(line);
          const listening = /listening on http:\/\/[^\s]*:(\d+)/.exec(line);
          if (listening === null) return;
          clearTimeout(late);
          resolve(Number(listening[1]));
        });
      }
    });
  }
}
