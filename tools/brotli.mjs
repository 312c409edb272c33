// Writes path.br beside each file of a list, compressed as far as it goes.
//
// Reads paths, one a line. Node, because set-up has it before Python's Brotli is installed, and it
// works on several files at once.

import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

const paths = readFileSync(0, "utf8").split("\n").filter(Boolean);
await Promise.all(paths.map(async path => {
  await writeFile(`${path}.br`, await promisify(brotliCompress)(await readFile(path)));
}));
