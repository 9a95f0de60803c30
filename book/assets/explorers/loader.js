/**
 * Wakes the explorers of a page: makes each default frame move.
 *
 * Included on every page; without an element `.explorer` it does nothing. A module, and the models
 * it needs, are fetched when the frame comes near the window, or when the reader starts to move
 * with the Tab key, so that nothing waits for them. The frame is as high as the live figure, so
 * that nothing moves when it wakes. If anything fails, the frame stays.
 */

const frames = [...document.querySelectorAll(".explorer[data-explorer]")];

/** The files in ../models that a figure needs, by name. */
async function fetched(names) {
  const files = names.map(async (name) => {
    const answer = await fetch(new URL(`../models/${name}.json`, import.meta.url));
    if (!answer.ok) throw new Error(`${name}.json: the server answered ${answer.status}`);
    return [name, await answer.json()];
  });
  return Object.fromEntries(await Promise.all(files));
}

/** Makes one default frame move, once. */
async function wake(frame) {
  if (frame.dataset.state) return;
  frame.dataset.state = "waking";
  try {
    const name = frame.dataset.explorer;
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`not an explorer's name: ${name}`);
    const [{ mountExplorer }, module] = await Promise.all([import("./ui.js"), import(`./${name}.js`)]);
    const config = JSON.parse(frame.dataset.config);
    mountExplorer(frame, config, module, await fetched(config.models));
    frame.dataset.state = "live";
  } catch (error) {
    frame.dataset.state = "still";
    console.error(error);
  }
}

if (frames.length) {
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        wake(entry.target);
      }
    },
    { rootMargin: "600px 0px" },
  );
  for (const frame of frames) near.observe(frame);
  addEventListener("keydown", (event) => {
    if (event.key === "Tab") frames.forEach(wake);
  });
}
