// Runs a Python program in the page's own MicroPython under Node.
//
// Reads {"interpreter", "files": {path: text}, "program"} as JSON, mounts the files, runs the
// program and prints what it printed, and then what it left in results.json.

import { readFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { pathToFileURL } from "node:url";

const { interpreter, files, program } = JSON.parse(readFileSync(0, "utf8"));
const { loadMicroPython } = await import(pathToFileURL(interpreter));
const micropython = await loadMicroPython({
  linebuffer: false,
  heapsize: 64 * 1024 * 1024,
  stdout: (bytes) => process.stdout.write(bytes),
});
for (const [path, text] of Object.entries(files)) {
  micropython.FS.mkdirTree(`/${dirname(path)}`);
  micropython.FS.writeFile(`/${path}`, text);
}
micropython.runPython(program);
process.stdout.write(`\n${micropython.FS.readFile("/results.json", { encoding: "utf8" })}\n`);
