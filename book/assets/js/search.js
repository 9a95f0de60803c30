// The search: on its page it finds the best sections of the book, and in the section that a hit
// leads to (`?highlight=words#section`) it lights the words.

const COMMON = new Set("a an and are as at be by do does for from how in is it not of on or that the this to what when which why with".split(" "));
const WORD = /[\p{L}\p{N}_]+/gu;
const BEFORE = "(?<![\\p{L}\\p{N}_])";
const AFTER = "(?![\\p{L}\\p{N}_])";
const SHOWN = 40;
const WIDE = 240; // characters of an excerpt

// What to look for: each word alone, in all its forms (`gradients` for `gradient`), and the phrase.
function wanted(query) {
  const all = query.toLowerCase().match(WORD) ?? [];
  const telling = all.filter((word) => !COMMON.has(word));
  const names = [...new Set(telling.length ? telling : all)];
  const words = names.map((word) => {
    const stem = word.replace(/(?<=\p{L}{4})(?:ing|ed|es|s|e|y)$/u, "");
    return BEFORE + (/^\p{L}{3,}$/u.test(word) ? `${stem}\\p{L}*` : word + AFTER);
  });
  return { names, words: words.map(expression), any: expression(words.join("|")), phrase: expression(words.join("[^\\p{L}\\p{N}_]+")) };
}

const expression = (source) => new RegExp(source, "giu");
const count = (text, what) => text.match(what)?.length ?? 0;

// The sections that have the words, best first. A word says more when few sections have it, in a
// title than in the text, and in a short text than in a long one (as in BM25). If no section has
// all words, those with the most of them; `nowhere` are the words that no section has.
function find(pages, { names, words, phrase }) {
  const sections = pages.flatMap(({ page, title, sections }) =>
    sections.map(([id, own, text, code]) => ({
      ...{ page, id, chapter: title, title: own, text, code },
      size: text.length + code.length,
    })),
  );
  const usual = sections.reduce((sum, { size }) => sum + size, 0) / sections.length;
  for (const section of sections) {
    const frequency = (what) => {
      const { title, chapter, text, code } = section;
      const often = 8 * count(title || chapter, what) + count(text, what) + count(code, what) / 4;
      return often / (often + 1 + section.size / usual);
    };
    section.found = words.map(frequency);
    section.phrase = words.length > 1 ? frequency(phrase) : 0;
  }
  const rare = words.map((_, i) => Math.log(1 + sections.length / (1 + sections.filter(({ found }) => found[i]).length)));
  const most = Math.max(...sections.map(({ found }) => found.filter(Boolean).length));
  const hits = sections.filter(({ found }) => most && found.filter(Boolean).length === most);
  for (const hit of hits) {
    const said = hit.found.reduce((sum, value, i) => sum + value * rare[i], 2 * hit.phrase);
    hit.score = hit.page.startsWith("handbook/") ? 0.7 * said : said; // it lists what chapters explain
  }
  return {
    hits: hits.sort((a, b) => b.score - a.score),
    whole: most === words.length,
    nowhere: names.filter((_, i) => !sections.some(({ found }) => found[i])),
  };
}

// The part of the text with most of the words, from the beginning of a sentence if one is near.
function excerpt(text, { any, phrase }) {
  const places = [...text.matchAll(any)].map(({ index }) => index);
  const near = (start) => places.filter((place) => place >= start && place < start + WIDE / 2).length;
  const best = places.reduce((a, b) => (near(b) > near(a) ? b : a), places[0] ?? 0);
  const start = text.search(phrase) < 0 ? best : text.search(phrase);
  const before = text.slice(0, start);
  const sentence = before.search(/(?<=^|[.?!”)] )[\p{Lu}“(][^.?!]{0,140}$/u);
  const from = sentence < 0 ? before.lastIndexOf(" ", start - 60) + 1 : sentence;
  const to = from + WIDE < text.length ? text.lastIndexOf(" ", from + WIDE) : text.length;
  return `${sentence < 0 ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
}

// `text` in `element`, the words marked.
function marked(element, text, any) {
  let end = 0;
  for (const { 0: word, index } of text.matchAll(any)) {
    const mark = document.createElement("mark");
    mark.textContent = word;
    element.append(text.slice(end, index), mark);
    end = index + word.length;
  }
  element.append(text.slice(end));
  return element;
}

function shown({ page, id, chapter, title, text, code }, query, what) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${page}?highlight=${encodeURIComponent(query)}${id && `#${id}`}`;
  marked(link, title ? `${chapter} › ${title}` : chapter, what.any);
  const context = document.createElement("p");
  context.className = "context";
  item.append(link, marked(context, excerpt(count(code, what.any) && !count(text, what.any) ? code : text, what), what.any));
  return item;
}

// What was found, as a sentence.
function summary({ hits, whole, nowhere }, query) {
  const one = hits.length === 1;
  const best = hits.length > SHOWN ? ` The best ${SHOWN} are here.` : "";
  if (whole || !hits.length) return `${hits.length || "No"} ${one ? "section has" : "sections have"} “${query}”.${best}`;
  const lost = new Intl.ListFormat("en-GB").format(nowhere.map((word) => `“${word}”`));
  const why = lost && `: ${lost} ${nowhere.length === 1 ? "is" : "are"} nowhere in the book`;
  const number = `${hits.length} ${one ? "section contains" : "sections contain"}`;
  return `${number} only some of the words of “${query}”${why}.${best}`;
}

async function index() {
  const answer = await fetch("searchindex.json");
  if (!answer.ok) throw new Error(`searchindex.json: ${answer.status}`);
  return answer.json();
}

async function search(results) {
  const query = new URLSearchParams(location.search).get("q")?.trim();
  if (!query) return;
  for (const field of document.querySelectorAll("input[name='q']")) field.value = query;
  const what = wanted(query);
  const status = document.getElementById("search-status");
  if (!what.words.length) {
    status.textContent = `“${query}” has no word in it: type some letters or digits to look for.`;
    return;
  }
  const pages = await index().catch(() => null);
  if (!pages) {
    status.textContent =
      "The index of the book could not be loaded, so nothing was searched. Check your connection, then reload this page.";
    return;
  }
  const found = find(pages, what);
  status.textContent = summary(found, query);
  const list = document.createElement("ul");
  list.className = "search";
  list.append(...found.hits.slice(0, SHOWN).map((hit) => shown(hit, query, what)));
  results.append(list);
}

// Where the words stand in an element. A formula lights up as a whole: it is compared as LaTeX,
// and by its signs (σ, not \sigma).
function ranges(element, any) {
  const found = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest(".katex, script, style, .headerlink")) continue;
    for (const { 0: word, index } of text.data.matchAll(any)) {
      const range = new Range();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      found.push(range);
    }
  }
  for (const formula of element.querySelectorAll(".katex")) {
    const tex = formula.querySelector("annotation").textContent.replace(/[\\{}]/g, "");
    const signs = [...formula.querySelectorAll(":is(mi, mn, mo, mtext)")].map((sign) => sign.textContent).join(" ");
    if (!count(tex, any) && !count(signs, any)) continue;
    const range = new Range();
    range.selectNodeContents(formula.querySelector(".katex-html"));
    found.push(range);
  }
  return found;
}

// What the address names, if anything: `#%E0%A4%A` is no name.
function named() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
}

// Lights the words of a search in the section that the address names, until Escape or the button.
export function light(query) {
  const { words, any } = wanted(query);
  if (!words.length) return;
  const found = ranges(named()?.closest("section, dl") ?? document.querySelector("article"), any);
  if (!found.length || !globalThis.Highlight) return;
  CSS.highlights.set("found", new Highlight(...found));
  const shut = (range) => range.startContainer.parentElement.closest("details:not([open])");
  if (found.every(shut))
    for (let box = shut(found[0]); box; box = shut(found[0])) box.open = true;

  const button = document.createElement("button");
  button.className = "put-out";
  button.textContent = `Clear the highlights for “${query}”`;
  const putOut = () => {
    CSS.highlights.delete("found");
    button.remove();
    removeEventListener("keydown", escape);
    history.replaceState(history.state, "", location.pathname + location.hash);
  };
  const escape = ({ key }) => {
    if (key === "Escape" && !document.querySelector(":popover-open")) putOut();
  };
  button.addEventListener("click", putOut);
  addEventListener("keydown", escape);
  document.querySelector("main").append(button);
}

const results = document.getElementById("search-results");
if (results) search(results);
