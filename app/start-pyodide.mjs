// Starts Pyodide in the page's worker: what PyScript takes for Pyodide itself. A template
// (api/services/browser_files.py).
//
// JavaScript, because it runs before any Python. Without it the page waits in vain where the
// browser's database fails, where a file is damaged that Pyodide only warns of, or where an error
// cannot be sent to the page. PyScript hands the page whatever Error loadPyodide throws.

const address = new URL("../../{{ pyodide }}/pyodide.mjs", import.meta.url).href;

// PyScript keeps packages in a database, but none of ours. It gets one that never fails and is
// always empty; Python gets the browser's.
const answer = result => {
  const request = {};
  setTimeout(() => request.onsuccess?.({ target: { result } }));
  return request;
};
const store = { getAllKeys: () => answer([]), clear: () => answer() };
const database = { transaction: () => ({ objectStore: () => store }), close() {} };
const browsers = Object.getOwnPropertyDescriptor(self, "indexedDB");
Object.defineProperty(self, "indexedDB", {
  configurable: true,
  value: { open: () => answer(database) },
});

let fail;
const failed = new Promise((_, reject) => (fail = reject));
failed.catch(() => {});
addEventListener("unhandledrejection", event => fail(event.reason));

// Pyodide only warns of WebAssembly that does not compile, and waits for it.
const instantiate = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = (...args) => {
  const instantiating = instantiate.call(WebAssembly, ...args);
  instantiating.catch(fail);
  return instantiating;
};

const pyodide = await import(address);

export const version = pyodide.version;

export async function loadPyodide(options) {
  if (browsers) Object.defineProperty(self, "indexedDB", browsers);
  else delete self.indexedDB;
  const indexURL = new URL(".", address).href;
  try {
    return await Promise.race([pyodide.loadPyodide({ ...options, indexURL }), failed]);
  } catch (error) {
    throw new Error(String(error?.message ?? error)); // Pyodide's own cannot be sent to the page
  }
}
