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

// Sections that the browser has left for later are measured in idle time, so that the scrollbar tells
// the truth; who goes to a place in the page gets all of it laid out first.
const layOut = () => root.classList.remove("lazy");
const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
const later = [...document.querySelectorAll(".lazy .text > section > section")];
const heights = [];
function measure() {
  const section = later[heights.length];
  if (section) {
    const top = section.getBoundingClientRect().top;
    let height = 0;
    // It ends with the margin of its last part, or of the last part of that, …
    let last = section;
    while (last.localName !== "details" && (last = last.lastElementChild)) {
      const margin = parseFloat(getComputedStyle(last).marginBottom);
      height = Math.max(height, last.getBoundingClientRect().bottom + margin - top);
    }
    heights.push(height);
    idle(measure);
  } else {
    later.forEach((section, i) => (section.style.containIntrinsicBlockSize = `auto ${heights[i]}px`));
  }
}
idle(measure);
const width = innerWidth;
addEventListener("resize", () => innerWidth === width || layOut());
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest?.("a")?.hash) layOut();
  },
  { capture: true },
);
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

// What scrolls sideways can be reached with the keyboard. Measured in idle time, a few at a time,
// and again when a font has come: it can make a formula wider.
const wide = [...document.querySelectorAll(".scroll, .highlight pre, .cell_output pre")];
let measured = 0;
function reach(deadline) {
  while (measured < wide.length && deadline.timeRemaining() > 3) {
    const box = wide[measured++];
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  if (measured < wide.length) idle(reach);
}
idle(reach);
document.fonts.addEventListener("loadingdone", () => {
  if (measured === wide.length) idle(reach);
  measured = 0;
});

// The sections of the page also stand below its entry in the table of contents, where no list of
// them is beside the text.
const contents = document.querySelector(".contents");
const current = contents.querySelector("a.current");
const fold = document.querySelector(".fold details");
if (current && fold) {
  const sections = fold.querySelector("ul ul").cloneNode(true);
  for (const deeper of sections.querySelectorAll("ul")) deeper.remove();
  sections.className = "within";
  current.after(sections);
}

// Who follows a link to a section wants to see the text.
for (const link of document.querySelectorAll(".fold a, .within a")) {
  link.addEventListener("click", () => {
    fold.open = false;
    contents.hidePopover();
  });
}

// "On this page" follows the reader.
const here = new Map();
for (const link of document.querySelectorAll(".here a[href^='#'], .within a")) {
  const id = link.getAttribute("href").slice(1);
  here.set(id, [...(here.get(id) ?? []), link]);
}
if (here.size) {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        for (const link of here.get(target.id)) link.classList.toggle("now", isIntersecting);
    },
    { rootMargin: "-20% 0px -65% 0px" },
  );
  for (const id of here.keys()) {
    const section = id && document.getElementById(id);
    if (section) seen.observe(section);
  }
}

// The table of contents opens at the current page.
const turnToCurrent = () => {
  if (current) contents.scrollTop = current.offsetTop - 80;
};
contents.addEventListener("toggle", turnToCurrent);
if (matchMedia("(min-width: 66rem)").matches) turnToCurrent();

// Who comes from the search sees its words in the section.
const searched = new URLSearchParams(location.search).get("highlight");
if (searched) import("./search.js").then(({ light }) => light(searched));
