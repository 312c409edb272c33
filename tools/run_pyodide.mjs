// Runs a Python program in the worker's own Pyodide, with NumPy, under Node.
//
// Reads {"pyodide": folder, "files": {path: base64}, "program"} as JSON, writes the files, runs the
// program and prints the text that it evaluates to.

import { readFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { pathToFileURL } from "node:url";

const { pyodide: folder, files, program } = JSON.parse(readFileSync(0, "utf8"));
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: `${folder}/`, stdout: console.error });
await pyodide.loadPackage("numpy", { messageCallback: () => {} });
for (const [path, content] of Object.entries(files)) {
  pyodide.FS.mkdirTree(`/${dirname(path)}`);
  pyodide.FS.writeFile(`/${path}`, Buffer.from(content, "base64"));
}
console.log(await pyodide.runPythonAsync(program));
