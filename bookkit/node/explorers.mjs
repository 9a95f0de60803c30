// Draws figures: reads [{name, config}, …], writes [{html, picture, summary}, …].
// The modules are those of the page; linkedom stands in for its document.
import { readFileSync } from "node:fs";
import { parseHTML } from "linkedom";

const ASSETS = new URL("../../book/assets/", import.meta.url);
const { document } = parseHTML("<!doctype html><html><body></body></html>");
globalThis.document = document;
const { mountExplorer } = await import(new URL("explorers/ui.js", ASSETS));

async function drawn({ name, config }) {
  try {
    return await frame(name, config);
  } catch (error) {
    throw new Error(`the explorer ${name}: ${error.message}`, { cause: error });
  }
}

async function frame(name, config) {
  const module = await import(new URL(`explorers/${name}.js`, ASSETS));
  const file = (model) => JSON.parse(readFileSync(new URL(`models/${model}.json`, ASSETS), "utf8"));
  for (const part of ["compute", "summary", "draw"]) {
    if (!module[part]) throw new Error(`it exports no function ${part}`);
  }
  const files = Object.fromEntries(config.models.map((model) => [model, file(model)]));
  const element = document.createElement("div");
  const frames = ["narrow", "wide"]; // the place where it will be shown decides
  const figure = mountExplorer(element, config, module, files, { frames });
  element.querySelector(".explorer-picture").classList.add("explorer-both");
  for (const dead of element.querySelectorAll(".explorer-controls, :scope > .explorer-buttons")) {
    dead.setAttribute("inert", ""); // until the page brings it to life
  }
  return { html: element.innerHTML, ...figure.frame() };
}

const figures = JSON.parse(readFileSync(0, "utf8"));
try {
  process.stdout.write(JSON.stringify(await Promise.all(figures.map(drawn))));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.message, stack: error.cause.stack }));
}
