/** What axe finds wrong with a page: every rule of WCAG 2.2 up to AA, and two that axe leaves out unless asked. */
import axe from "axe-core";

const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ALSO = ["label-content-name-mismatch", "target-size"];

/**
 * Each violation as a line: the rule, what it asks, and the elements that break it.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
export async function violations(page) {
  // Evaluated by the debugger, which the page's content security policy does not bind.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(inspect, { levels: LEVELS, also: ALSO });
  return found.map(({ id, help, where }) => `${id}: ${help}\n    ${where.join("\n    ")}`);
}

/** Runs in the page. */
async function inspect({ levels, also }) {
  const { violations } = await globalThis.axe.run(document, {
    runOnly: { type: "tag", values: levels },
    rules: Object.fromEntries(also.map((rule) => [rule, { enabled: true }])),
    resultTypes: ["violations"],
  });
  return violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => {
      const why = [...node.any, ...node.all, ...node.none].map((check) => check.message);
      return `${node.target.join(" ")}: ${why[0] ?? ""}`;
    }),
  }));
}
