/**
 * The explorers in a notebook: what anywidget renders for `_live.py`.
 *
 * `make explorers` bundles this file, all explorers and what they share into static/explorers.js,
 * and calls `widget` with the modules by name.
 */
import { mountExplorer } from "../../book/assets/explorers/ui.js";

const REST = 250; // milliseconds after the last change until Python and the saved frame know of it

let views = 0;

export const widget = (modules) => ({
  render({ model, el }) {
    const name = model.get("name");
    const files = Object.entries(model.get("files")).map(([file, bytes]) => [
      file,
      JSON.parse(new TextDecoder().decode(bytes)),
    ]);
    const config = { ...model.get("config") };
    config.key += `-${++views}`; // a figure can be shown more than once
    const box = document.createElement("div");
    box.className = "explorer explorer-live";
    // As long as the widget is there, the frame that the notebook keeps is not to be seen.
    const hidden = document.createElement("style");
    hidden.textContent = `#${model.get("config").key}-frame { display: none !important }`;

    let resting;
    const tell = (values) => {
      clearTimeout(resting);
      resting = setTimeout(() => {
        try {
          if (values) {
            model.set("values", values);
            model.save_changes();
          }
          model.send(figure.frame());
        } catch (error) {
          console.warn("The kernel is gone: run the cell again, and the notebook keeps what is seen.", error);
        }
      }, REST);
    };
    el.append(box);
    const figure = mountExplorer(box, config, modules[name], Object.fromEntries(files), {
      values: model.get("values"),
      changed: tell,
    });
    el.append(hidden); // only now: a figure that could not be made leaves the frame
    tell();
    const follow = () => {
      const now = figure.values();
      const changes = Object.entries(model.get("values")).filter(([name, value]) => value !== now[name]);
      if (changes.length) figure.set(Object.fromEntries(changes));
    };
    model.on("change:values", follow);

    // JupyterLab has uses of its own for arrows and letters, wherever in a notebook the focus is.
    // What a control is pressed with is the control's; Escape, Shift+Enter and all with Ctrl, Alt
    // or Cmd stay the notebook's. JupyterLab looks for the attribute at the target itself.
    const keep = ({ target, key, shiftKey, ctrlKey, altKey, metaKey }) => {
      if (!box.contains(target)) return;
      const notebook = ctrlKey || altKey || metaKey || key === "Escape" || (shiftKey && key === "Enter");
      target.toggleAttribute("data-lm-suppress-shortcuts", !notebook);
    };
    addEventListener("keydown", keep, { capture: true });
    return () => {
      removeEventListener("keydown", keep, { capture: true });
      model.off("change:values", follow);
      clearTimeout(resting);
      figure.remove();
    };
  },
});
