/**
 * Wakes the explorers of a page: replaces each default frame by its live component.
 *
 * Included on every page; without an element `.explorer` it does nothing. A component and its style
 * are fetched when the frame comes near the window, or when the reader starts to move with the
 * Tab key, so that nothing waits for them. If anything fails, the default frame stays.
 */

const frames = [...document.querySelectorAll(".explorer[data-explorer]")];

/** The explorers' stylesheet, added once; resolves when it applies (or cannot be had). */
let styled;
function style() {
  styled ??= new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("explorers.css", import.meta.url).href;
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
  return styled;
}

/** Replaces one default frame, once. */
async function wake(frame) {
  if (frame.dataset.state) return;
  frame.dataset.state = "waking";
  try {
    const name = frame.dataset.explorer;
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`not an explorer's name: ${name}`);
    const [component] = await Promise.all([import(`./${name}.js`), style()]);
    await component.mount(frame, JSON.parse(frame.dataset.config));
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
  const all = () => frames.forEach(wake);
  addEventListener("beforeprint", all, { once: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Tab") all();
  });
}
