/** Rows over time, one below the other. */
import { INK, LINE, MUTED, circle, fixed, group, line, polyline, rect, text } from "./ui.js";

const HIGH = 28; // pixels: a gate that is wide open
const PULSE = 16; // pixels: a pulse of size one
const ENDS = [1, 2, 5, 10, 25]; // ends of the axis of a state

/** The end of an axis from −end to end on which all rows fit, or the largest there is. */
export function endOfAxis(...rows) {
  const most = Math.max(...rows.flat().map(Math.abs));
  return ENDS.find((end) => end >= most) ?? ENDS.at(-1);
}

/** Lanes of so many steps between two edges, in pixels; labels stand to the left of them. */
export function lanes(steps, left, right) {
  const across = (t) => left + ((right - left) * (t - 0.5)) / steps;

  const ticks = (...marks) =>
    group(`stroke:${LINE};fill:none`, ...marks.map(([y]) => line(left, y, right, y))) +
    group(`fill:${MUTED};text-anchor:end`, ...marks.map(([y, label]) => text(left - 7, y + 4, label)));

  return {
    /** Bars up and down, (steps,); 48 pixels high with the name. */
    pulses(name, row, top) {
      const middle = top + 32;
      const bars = row.map((value, t) =>
        value === 0 ? "" : line(across(t + 1), middle, across(t + 1), middle - PULSE * value),
      );
      return [
        text(left, top + 10, name),
        line(left, middle, right, middle, `stroke:${LINE}`),
        group(`stroke:${INK};stroke-width:4;fill:none`, ...bars),
      ].join("");
    },

    /** Bars from 0 to 1, (steps,), with the signs of a signal, (steps,), above them. */
    gate(name, gate, signal, colour, top) {
      const wide = (0.7 * (right - left)) / steps;
      const bars = gate.map((open, t) =>
        rect(across(t + 1) - wide / 2, top + HIGH - HIGH * open, wide, HIGH * open),
      );
      const signs = signal.map((s, t) => (s ? text(across(t + 1), top - 1, s > 0 ? "+" : "−") : ""));
      return [
        text(left, top - 15, name),
        ticks([top, "1"], [top + HIGH, "0"]),
        group(`fill:${colour}`, ...bars),
        group("text-anchor:middle;font-weight:700", ...signs),
      ].join("");
    },

    /** A line through values, (steps,), on an axis from −end to end of `high` pixels. */
    curve(name, row, end, colour, top, high) {
      const up = (value) => top + (high / 2) * (1 - value / end);
      const path = row.map((value, t) => [across(t + 1), up(value)]);
      return [
        text(left, top - 9, name),
        ticks(...[-end, 0, end].map((value) => [up(value), fixed(value)])),
        polyline(path, `stroke:${colour};stroke-width:2;fill:none;stroke-linejoin:round`),
        group(`fill:${colour}`, ...path.map(([x, y]) => circle(x, y, 2.6))),
      ].join("");
    },

    /** Numbers of steps: the first, and every quarter. */
    times(y) {
      const shown = [1, ...[1, 2, 3, 4].map((quarter) => Math.floor((quarter * steps) / 4))];
      return group(
        `fill:${MUTED};text-anchor:middle`,
        ...shown.map((t) => text(across(t), y, String(t))),
      );
    },
  };
}
