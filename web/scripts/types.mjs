// Generates src/protocol/generated from ../schemas: what the page sends and what it gets, over the native socket and over
// REST, each in one file in which a shape stands once. `npm run types` writes them; a test compares what is written.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const schemas = join(here, "../../schemas");
const target = join(here, "../src/protocol/generated");

const options = {
  additionalProperties: false,
  bannerComment: "// Generated from schemas/ by `npm run types`. Do not edit.",
  enableConstEnums: false,
  strictIndexSignatures: true,
  style: { printWidth: 110 },
  unreachableDefinitions: true,
};

/** History is told over REST in the words of the native socket. */
const HISTORY = "rest/History.json";

/** A reference that brings its own description would be taken for a type of its own. */
function plainReference(_, value) {
  return typeof value?.$ref === "string" ? { $ref: value.$ref } : value;
}

async function schema(path) {
  return JSON.parse(await readFile(join(schemas, path), "utf8"), plainReference);
}

/** Which schemas go into which file: what is optional to send is always there in an answer, so the two stay apart. */
async function groups() {
  const { paths } = await schema("openapi.json");
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const sent = JSON.stringify(operations.map((operation) => operation.requestBody));
  const names = (await readdir(join(schemas, "rest"))).filter((name) => name.endsWith(".json")).sort();
  const title = (name) => name.replace(/\.json$/, "");
  // A shape that differs by direction is called its name and `Input` there.
  const isSent = (name) => ["", "Input"].some((end) => sent.includes(`/${title(name)}${end}"`));
  const rest = (wanted) => names.filter((name) => isSent(name) === wanted).map((name) => `rest/${name}`);
  return {
    "native/ClientMessage.ts": ["native/ClientMessage.json"],
    "native/ServerMessage.ts": ["native/ServerMessage.json", HISTORY],
    "rest/requests.ts": rest(true),
    "rest/answers.ts": rest(false).filter((path) => path !== HISTORY),
  };
}

/** The definitions of several schemas in one, the schemas themselves among them. */
async function merged(paths) {
  const all = {};
  for (const path of paths) {
    const { $schema, $defs = {}, ...root } = await schema(path);
    const name = path.replace(/^.*\/|\.json$/g, "");
    for (const [title, shape] of Object.entries({ ...$defs, [name]: { ...root, title: name } })) {
      const { title: _, ...bare } = shape;
      const known = all[title];
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(bare)) {
        throw new Error(`${path} knows another ${title} than the schemas before it`);
      }
      all[title] = bare;
    }
  }
  return { $defs: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The compiler notes below each definition where it found it, which is the same for all. */
function withoutOrigin(text) {
  const note =
    / \* This interface was referenced by `Everything`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g;
  return text
    .replace(note, "")
    .replace(/\/\*\*\n \*\/\n/g, "")
    .replace(/ \*\n \*\//g, " */")
    .replace(/export interface Everything \{[^}]*\}\n/, "");
}

/** What each generated file should hold, by its path below src/protocol/generated. */
export async function generate() {
  const files = new Map();
  for (const [path, paths] of Object.entries(await groups())) {
    const text = await compile(await merged(paths), "Everything", options);
    files.set(path, withoutOrigin(text));
  }
  return files;
}

/** What the generated files hold now. */
export async function written() {
  const files = new Map();
  for (const folder of await readdir(target)) {
    for (const name of await readdir(join(target, folder))) {
      files.set(`${folder}/${name}`, await readFile(join(target, folder, name), "utf8"));
    }
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await rm(target, { recursive: true, force: true });
  for (const [path, text] of await generate()) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), text);
  }
}
