/**
 * Builds `sw.js`, the service worker that keeps the shell. It is built last and apart: it holds the names of all the other
 * files, and its version is made from what is in them, so that it changes exactly when one of them does.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { build, type Plugin, type Rolldown } from "vite";

const ENTRY = new URL("./src/worker/worker.ts", import.meta.url).pathname;
const PUBLIC = new URL("./public/", import.meta.url);
/** Larger ones, such as decoders for long files, are kept once they were needed. */
const MOST_BYTES = 150_000;

type Contents = ReadonlyMap<string, string | Uint8Array>;

function ofBundle(bundle: Rolldown.OutputBundle): Contents {
  const files = Object.values(bundle).filter(
    ({ fileName }) => fileName.startsWith("assets/") || fileName === "index.html",
  );
  return new Map(files.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));
}

function ofPublic(): Contents {
  return new Map(readdirSync(PUBLIC).map((name) => [name, readFileSync(new URL(name, PUBLIC))]));
}

function versionOf(contents: Contents): string {
  const hash = createHash("sha256");
  for (const [name, content] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 12);
}

function filesOf(contents: Contents): string[] {
  const small = [...contents].filter(([, content]) => content.length <= MOST_BYTES).map(([name]) => name);
  return small.map((name) => (name === "index.html" ? "/" : `/${name}`)).sort();
}

export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const contents = new Map([...ofBundle(bundle), ...ofPublic()]);
        const made = { version: versionOf(contents), files: filesOf(contents) };
        const built = await build({
          configFile: false,
          logLevel: "warn",
          define: { __BUILD__: JSON.stringify(made) },
          build: { target: "es2022", write: false, lib: { entry: ENTRY, formats: ["es"] } },
        });
        const [worker] = built as [Rolldown.RolldownOutput];
        this.emitFile({ type: "asset", fileName: "sw.js", source: worker.output[0].code });
      },
    },
  };
}
