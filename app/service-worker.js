// Has the page work without its server: the one program here that has to be JavaScript.
//
// A template (api/views/pages.py). The page registers it once its network reads, so that keeping
// the files does not slow its start; they come from the browser's own cache then. A document and
// the files of its build stay together: a newer build is kept beside the one in use, and takes
// its place when no tab shows the page any more. Nothing that is written to the service, and
// nothing but what is named here, is kept or answered from here.

const BUILD = {{ build | tojson }};
const FILES = {{ files | tojson }}; // of this build
const RUNTIMES = {{ runtimes | tojson }}; // at addresses with their versions
const ANSWERS = { "/api/data": "application/json", "/api/weights": "application/x-npz" };

const PREFIX = "digits-";
const BUILD_CACHE = `${PREFIX}build-${BUILD}`;
const RUNTIME_CACHE = `${PREFIX}runtimes`;
const ANSWER_CACHE = `${PREFIX}answers`;
const BLOCK_CACHE = `${PREFIX}blocks`;
const BLOCK_LIMIT = 150; // all of MNIST in blocks of 512, 60 MB
const PAGE_WAIT = 3000, ANSWER_WAIT = 10000; // milliseconds

self.addEventListener("install", event => event.waitUntil(keepAll()));
self.addEventListener("activate", event => event.waitUntil(dropOldFiles()));
self.addEventListener("fetch", event => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

function answerTo(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") return url.pathname === "/" ? page(request) : undefined;
  if (/^\/(app|vendor)\//.test(url.pathname)) return file(request);
  if (url.pathname.startsWith("/api/samples/blocks/")) return block(request);
  if (url.pathname in ANSWERS) return lastAnswer(request);
}

// All or nothing: when one file does not come, the browser tries again at the next visit.
async function keepAll() {
  const runtimes = await caches.open(RUNTIME_CACHE);
  for (const path of RUNTIMES) if (!await runtimes.match(path)) await runtimes.add(path);
  const build = await caches.open(BUILD_CACHE);
  await build.addAll(FILES);
  const document = await found(fetch("/"));
  if (!(await document.clone().text()).includes(`/app/${BUILD}/`))
    throw new Error("the server has another build by now");
  await build.put("/", document);
  const answers = await caches.open(ANSWER_CACHE);
  for (const [path, accept] of Object.entries(ANSWERS)) {
    const request = new Request(path, { headers: { Accept: accept } });
    await answers.put(request, await found(fetch(request)));
  }
}

async function dropOldFiles() {
  for (const name of await caches.keys())
    if (name.startsWith(`${PREFIX}build-`) && name !== BUILD_CACHE) await caches.delete(name);
  const runtimes = await caches.open(RUNTIME_CACHE);
  for (const request of await runtimes.keys())
    if (!RUNTIMES.includes(new URL(request.url).pathname)) await runtimes.delete(request);
}

// The server's page if it comes soon; else the one that was kept, which is told that it is.
async function page(request) {
  try {
    return await within(PAGE_WAIT, reached(fetch(request)));
  } catch (error) {
    const kept = await (await caches.open(BUILD_CACHE)).match("/");
    if (!kept) throw error;
    const markup = (await kept.text()).replace("<html", "<html data-offline");
    return new Response(markup, { headers: kept.headers });
  }
}

// Addresses that name their content: what is kept is right. The server's answers vary with what
// the browser accepts, by their compression alone.
async function file(request) {
  for (const name of [BUILD_CACHE, RUNTIME_CACHE]) {
    const kept = await (await caches.open(name)).match(request, { ignoreVary: true });
    if (kept) return kept;
  }
  return fetch(request);
}

async function lastAnswer(request) {
  const answers = await caches.open(ANSWER_CACHE);
  try {
    const answer = await within(ANSWER_WAIT, reached(fetch(request)));
    // In a browser whose storage is full, it goes on without.
    if (answer.ok) answers.put(request, answer.clone()).catch(() => {});
    return answer;
  } catch (error) {
    const kept = await answers.match(request);
    if (kept) return kept;
    throw error;
  }
}

// Blocks of samples, whose addresses name the data too; the oldest make room, and with them those
// of another data set.
async function block(request) {
  const blocks = await caches.open(BLOCK_CACHE);
  const kept = await blocks.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) keepBlock(blocks, request, answer.clone()).catch(() => {});
  return answer;
}

async function keepBlock(blocks, request, answer) {
  await blocks.put(request, answer);
  const keys = await blocks.keys();
  await Promise.all(keys.slice(0, -BLOCK_LIMIT).map(key => blocks.delete(key)));
}

async function found(promise) {
  const answer = await promise;
  if (!answer.ok) throw new Error(`${answer.url}: the server answered ${answer.status}`);
  return answer;
}

// A proxy may answer for a server that is away.
async function reached(promise) {
  const answer = await promise;
  if (answer.status >= 500) throw new Error(`the server answered ${answer.status}`);
  return answer;
}

function within(milliseconds, promise) {
  const late = new Promise((_, reject) => setTimeout(reject, milliseconds, new Error("no answer")));
  return Promise.race([promise, late]);
}
