import { afterEach, beforeEach, expect, it } from "vitest";
import { keepFocus, toHeading } from "./focus";

let root: HTMLElement;
let stop: () => void;

beforeEach(() => {
  root = document.createElement("main");
  root.innerHTML = `<h1>Kitchen</h1><ol>${["a", "b", "c"].map((id) => `<li><button id="${id}"></button></li>`).join("")}</ol>`;
  document.body.replaceChildren(root);
  stop = keepFocus(root);
});

afterEach(() => stop());

const button = (id: string) => document.getElementById(id) as HTMLElement;
const settled = () => new Promise((resolve) => setTimeout(resolve));

it("a row that goes away leaves the focus to the one that takes its place", async () => {
  button("b").focus();
  button("b").parentElement?.remove();
  await settled();
  expect(document.activeElement?.id).toBe("c");
});

it("the last row leaves it to the one before", async () => {
  button("c").focus();
  button("c").parentElement?.remove();
  await settled();
  expect(document.activeElement?.id).toBe("b");
});

it("where nothing is left, the heading has it", async () => {
  button("a").focus();
  root.querySelector("ol")?.remove();
  await settled();
  expect(document.activeElement?.textContent).toBe("Kitchen");
});

it("a focus that somebody gave up themselves is left alone", async () => {
  button("a").focus();
  button("a").blur();
  button("b").parentElement?.remove();
  await settled();
  expect(document.activeElement).toBe(document.body);
});

it("a heading that comes later gets the focus then", async () => {
  root.replaceChildren();
  toHeading(root);
  const heading = document.createElement("h1");
  root.append(heading);
  await settled();
  expect(document.activeElement).toBe(heading);
});
