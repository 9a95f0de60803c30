/**
 * What explorers of text share: a field to type in, from a text to its words (as `normalise` and
 * `words` in course_utils/preprocessing/text.py), and boxes in rows.
 */

import { make } from "./ui.js";

/**
 * A labelled field for a text of the reader's own. `own[name]` is what it holds; typing sets the
 * parameter `name` to "", the option that stands for the reader's own. hint: words, or a function
 * from what the field holds to words.
 */
export function field(state, own, name, { label, hint, longest }) {
  const id = `${state.key}-own-${name}`;
  const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const described = { "aria-describedby": `${id}-hint`, maxlength: longest };
  const input = make("input", { type: "text", id, ...quiet, ...described });
  input.addEventListener("input", () => {
    own[name] = [...input.value].slice(0, longest).join("");
    state.set({ [name]: "" });
  });
  const told = make("p", { id: `${id}-hint`, class: "explorer-hint" });
  state.watch(() => {
    if (input.value !== own[name]) input.value = own[name];
    const words = typeof hint === "string" ? hint : hint(own[name]);
    if (told.textContent !== words) told.textContent = words;
  });
  return make("div", { class: "explorer-control" }, make("label", { for: id }, label), input, told);
}

const SPACE = "\\p{White_Space}\\x1c-\\x1f"; // what Python's isspace says
const WORD = "\\p{L}\\p{M}\\p{N}_";
const SPACES = new RegExp(`[${SPACE}]+`, "gu");
const TOKENS = new RegExp(`[${WORD}]+(?:['’\\p{Cf}][${WORD}]+)*|[${SPACE}]+|.`, "gsu");
const ONLY_SPACE = new RegExp(`^[${SPACE}]`, "u");

/** Lower case, one spelling of each character (NFC), one space for each run of white space. */
export const normalise = (text) =>
  text.toLowerCase().normalize("NFC").replace(SPACES, " ").replace(/^ | $/g, "");

/** The words, numbers and marks of a text, in order; white space is dropped. */
export const words = (text) => (text.match(TOKENS) ?? []).filter((token) => !ONLY_SPACE.test(token));

/** How wide text of such a size is in a fixed-width font, in pixels, or slightly less than that. */
export const wide = (text, size) => [...text].length * size * 0.61;

/** A text of at most so many characters, the last one "…" where some are left out. */
export const cut = (text, most) => {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
};

/**
 * Boxes in rows of `across` pixels. groups: the widths of boxes that stay in one row where they fit
 * into one. Returns the corner of each box, [x, row], and how many rows there are.
 */
export function flow(groups, across, gap) {
  let [x, row] = [0, 0];
  const corners = [];
  const breakFor = (width) => {
    if (x > 0 && x + width > across) [x, row] = [0, row + 1];
  };
  for (const group of groups) {
    const whole = group.reduce((sum, width) => sum + width, 0);
    if (whole <= across) breakFor(whole);
    for (const width of group) {
      breakFor(width);
      corners.push([x, row]);
      x += width;
    }
    x += gap;
  }
  return { corners, rows: corners.length ? row + 1 : 0 };
}
