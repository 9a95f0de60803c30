// Renders formulas with KaTeX: a JSON list of {tex, display} on standard input, a JSON list of
// {html} or {error} on standard output, in the same order.
import katex from "katex";

let input = "";
for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;

const rendered = JSON.parse(input).map(({ tex, display }) => {
  try {
    return {
      html: katex.renderToString(tex, {
        displayMode: display,
        output: "htmlAndMathml",
        strict: "error",
        throwOnError: true,
      }),
    };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(rendered));
