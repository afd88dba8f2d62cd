/** Writes `docs/gallery/README.md`: every state by group, the desktop beside the phone. */
import { readdir, writeFile } from "node:fs/promises";
import { states } from "./states.mjs";

const FOLDER = new URL("../../../docs/gallery/", import.meta.url).pathname;

const taken = new Set(await readdir(FOLDER));

const row = ([name, sentence]) =>
  `| ${sentence} | <img src="${name}-desktop.webp" width="560" alt=""> | <img src="${name}-phone.webp" width="180" alt=""> |`;

const pictured = ([name]) => taken.has(`${name}-desktop.webp`) && taken.has(`${name}-phone.webp`);

const groups = Object.values(states).map(({ title, states }) =>
  [`## ${title}`, "", "| | desktop, light | phone, dark |", "|---|---|---|", ...Object.entries(states).filter(pictured).map(row)].join("\n"),
);

const text = `# Gallery

Every state of the browser client, arranged against the real server by the tests in \`tests/browser/gallery\` and looked at there
on both devices in both themes, each through axe. \`make gallery\` takes the pictures anew.

${groups.join("\n\n")}
`;
await writeFile(`${FOLDER}README.md`, text);
