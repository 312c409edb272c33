// Runs scenarios one after the other in the page's own MicroPython under Node, with a stage for a
// browser, and prints how each ended as JSON: "well", or what went wrong.
//
// Reads {"interpreter", "files": {path: text}, "program", "scenarios": [[module, name]],
// "limit_seconds"} as JSON. The program defines `attempt(module, name)`, which sets js.stage.outcome.

import { readFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { pathToFileURL } from "node:url";

import { setStage, stage } from "./stage.mjs";

const { interpreter, files, program, scenarios, limit_seconds } = JSON.parse(readFileSync(0, "utf8"));
const { loadMicroPython } = await import(pathToFileURL(interpreter));
const micropython = await loadMicroPython({ heapsize: 32 * 1024 * 1024 });
micropython.registerJsModule("_pyscript", { interpreter: micropython });
setStage();  // only now: the interpreter would take Node for a browser
for (const [path, text] of Object.entries(files)) {
  micropython.FS.mkdirTree(`/${dirname(path)}`);
  micropython.FS.writeFile(`/${path}`, text);
}
// What throws where MicroPython cannot catch it ends up here, and the task that it broke never ends.
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, error => { stage.uncaught.push(String(error)); });
}
micropython.runPython(program);
const outcomes = [];
for (const [module, name] of scenarios) {
  stage.reset();
  micropython.runPythonAsync(`asyncio.create_task(attempt("${module}", "${name}"))`);
  const end = Date.now() + 1000 * limit_seconds;
  while (!stage.outcome && !stage.uncaught.length && Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  const uncaught = stage.uncaught.map(error => `nobody caught ${error}`);
  const isWell = stage.outcome === "well" && !uncaught.length;
  outcomes.push(isWell ? "well" : [...uncaught, stage.outcome || "it never ended"].join("\n"));
}
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
process.exit();
