// Generates src/protocol/generated from ../schemas: one file of types a schema, in the same folders.
// `npm run types` writes them; a test compares what is written with what would be.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const schemas = join(here, "../../schemas");
const target = join(here, "../src/protocol/generated");
const FOLDERS = ["native", "rest"];

const options = {
  additionalProperties: false,
  bannerComment: "// Generated from schemas/ by `npm run types`. Do not edit.",
  declareExternallyReferenced: true,
  enableConstEnums: false,
  strictIndexSignatures: true,
  style: { printWidth: 110 },
};

/** A reference that brings its own description would be taken for a type of its own. */
function plainReference(_, value) {
  return typeof value?.$ref === "string" ? { $ref: value.$ref } : value;
}

/** What each generated file should hold, by its path below src/protocol/generated. */
export async function generate() {
  const files = new Map();
  for (const folder of FOLDERS) {
    const names = (await readdir(join(schemas, folder))).filter((name) => name.endsWith(".json")).sort();
    for (const name of names) {
      const schema = JSON.parse(await readFile(join(schemas, folder, name), "utf8"), plainReference);
      const title = name.replace(/\.json$/, "");
      files.set(`${folder}/${title}.ts`, await compile(schema, title, options));
    }
  }
  return files;
}

/** What the generated files hold now. */
export async function written() {
  const files = new Map();
  for (const folder of FOLDERS) {
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
