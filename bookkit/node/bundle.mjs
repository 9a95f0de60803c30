// Bundles the module on standard input, whose imports start at the root of the repository.
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const { outputFiles } = await build({
  stdin: { contents: readFileSync(0, "utf8"), resolveDir: process.cwd() },
  bundle: true,
  write: false,
  format: "esm",
  charset: "utf8",
  logLevel: "warning",
});
process.stdout.write(outputFiles[0].text);
