// The little that the pages do beyond showing text. Each part works alone and is an extra.

const root = document.documentElement;

// Light or dark: what was chosen here before, else what the system says.
const themeButton = document.querySelector(".theme-button");
themeButton.hidden = false;
themeButton.addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
});

// Who goes to a place in the page gets all of it laid out first, so that the place is where it is.
const layOut = () => root.classList.remove("lazy");
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest?.("a")?.hash) layOut();
  },
  { capture: true },
);
addEventListener("hashchange", () => {
  if (!root.classList.contains("lazy")) return;
  layOut();
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
});

addEventListener("keydown", (event) => {
  if (event.key === "Tab") layOut(); // the focus may go far
});

// Ctrl+K or / opens the search.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const chord = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!chord && (event.key !== "/" || typing)) return;
  event.preventDefault();
  document.querySelector("#search-box").showPopover();
});

// Code can be copied.
for (const block of document.querySelectorAll(".cell_input .highlight, [class*='highlight-'] > .highlight")) {
  if (block.closest(".cell_output") || !navigator.clipboard) continue;
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("pre").textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  block.append(button);
}

// What scrolls sideways can be reached with the keyboard. Measured in idle time, a few at a time.
const wide = [...document.querySelectorAll(".scroll, .highlight pre, .cell_output pre")];
const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
function reach(deadline) {
  while (wide.length && deadline.timeRemaining() > 3) {
    const box = wide.shift();
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  if (wide.length) idle(reach);
}
idle(reach);

// "On this page" follows the reader.
const here = new Map(
  [...document.querySelectorAll(".here a[href^='#']")].map((link) => [link.getAttribute("href").slice(1), link]),
);
if (here.size) {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) here.get(entry.target.id)?.classList.toggle("now", entry.isIntersecting);
    },
    { rootMargin: "-20% 0px -65% 0px" },
  );
  for (const id of here.keys()) {
    const section = id && document.getElementById(id);
    if (section) seen.observe(section);
  }
}

// The table of contents opens at the current page.
document.querySelector(".contents a.current")?.scrollIntoView({ block: "nearest" });
