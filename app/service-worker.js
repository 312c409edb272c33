// Has the page work without its server. JavaScript, because browsers run nothing else here.
//
// A template (api/views/pages.py). The page registers it once its network reads, so that keeping
// the files does not slow its start; they come from the browser's own cache then. A document and
// the files of its build stay together: a newer build is kept beside the one in use, and takes
// its place when no tab shows the page any more.
//
// Only what is recognized is kept: an answer that says to be of the right type, was not redirected,
// and holds what its address names. A login page in the place of a file is not. What was kept is
// looked at again on its way out, and fetched anew if it is damaged. A request with
// `cache: "reload"` goes past what is kept and, if the answer is right, replaces it.
//
// The server marks all its answers with a header. That is how we know whether it has answered:
// - A marked answer is the server's, whatever it says.
// - An error without the mark is a proxy's, whose server is away: the kept page is shown. It says
//   that it is one, and has a button that ends the keeping.
// - A page or a redirect without the mark is somebody else's: another program that runs at this
//   address now, or a network that wants a login first. It is shown, for there may be no other way
//   to it. Where this address also lacks what our server has (404), or the same is found
//   a second time in a row, we go: the registration and all that was kept. A login page that is
//   seen twice costs no more than keeping the page again.
// The address with `?fresh` always goes to the network.

const BUILD = {{ build | tojson }};
// By address, as seen from here: {bytes, sha256}: the files of this build, and others at addresses with their versions.
const FILES = {{ files | tojson }};
const RUNTIMES = {{ runtimes | tojson }};
const MARK = "Digits-Build";
const HOME = new URL("./", location); // where the page lies: / or, behind a proxy, a path below it

const DESCRIPTION = { type: "application/json", isRight: isDescription };
const WEIGHTS = { type: "application/x-npz", isRight: isArchive };
const BLOCK = { type: "application/x-npy", isRight: isArray };
const ANSWERS = { "api/data": DESCRIPTION, "api/weights": WEIGHTS };

// Not those of other programs beside us, which may be Digits, too. At / without a path, as ever.
const PREFIX = `${HOME.pathname === "/" ? "" : HOME.pathname}digits-`;
const BUILD_CACHE = `${PREFIX}build-${BUILD}`;
const RUNTIME_CACHE = `${PREFIX}runtimes`;
const ANSWER_CACHE = `${PREFIX}answers`;
const BLOCK_CACHE = `${PREFIX}blocks`;
const BLOCK_LIMIT = 150; // all of MNIST in blocks of 512, 60 MB
const PAGE_WAIT = 3000, ANSWER_WAIT = 10000; // milliseconds
// Larger files are the worker's, and the page looks at those itself while they come.
const LOOKED_AT = 1_000_000; // bytes
const NEEDED_FIRST = /\/(core|micropython)[^/]*$/;
const STRANGER = "stranger"; // noted beside the answers: the last page here was not ours
const GONE = [404, 405, 410];

let isOurPage = true; // the last that was shown
let looks = new Map(); // by path, whether a kept file is right: of the page that opens now

self.addEventListener("install", event => event.waitUntil(keepAll()));
self.addEventListener("activate", event => event.waitUntil(dropOldFiles()));
self.addEventListener("fetch", event => {
  const answer = answerTo(event);
  if (answer) event.respondWith(answer);
});

function answerTo(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(HOME)) return;
  const path = pathOf(request);
  if (request.mode === "navigate")
    return path === "" && !url.searchParams.has("fresh") ? page(event) : undefined;
  if (!isOurPage) return;
  if (path in FILES) return file(request, BUILD_CACHE, FILES[path]);
  if (path in RUNTIMES) return file(request, RUNTIME_CACHE, RUNTIMES[path]);
  if (path.startsWith("api/samples/blocks/")) return block(event);
  if (path in ANSWERS) return lastAnswer(request, ANSWERS[path]);
}

// What follows the page's address in that of something below it.
function pathOf(request) {
  return new URL(request.url).pathname.slice(HOME.pathname.length);
}

// All or nothing: when one file does not come, the browser tries again at the next visit.
async function keepAll() {
  await caches.open(BLOCK_CACHE);
  for (const [name, files] of [[RUNTIME_CACHE, RUNTIMES], [BUILD_CACHE, FILES]]) {
    const cache = await caches.open(name);
    for (const [path, content] of Object.entries(files)) await keepFile(cache, path, content);
  }
  const document = await fetch(HOME);
  if (!isOurs(document) || !await isDocument(document.clone()))
    throw new Error("the server is away, or has another build by now");
  await (await caches.open(BUILD_CACHE)).put(HOME, document);
  const answers = await caches.open(ANSWER_CACHE);
  for (const [path, kind] of Object.entries(ANSWERS)) {
    const request = new Request(path, { headers: { Accept: kind.type } });
    const answer = await fetch(request);
    if (!await isRecognized(answer, kind)) throw new Error(`${path} was not answered`);
    await answers.put(request, answer);
  }
}

async function keepFile(cache, path, content) {
  if (await isFile(await cache.match(path, { ignoreVary: true }), content)) return;
  // What the browser's own cache has may be damaged, too.
  for (const mode of ["default", "reload"])
    if (await replaceFile(cache, await fetch(path, { cache: mode }), path, content)) return;
  throw new Error(`${path} did not come whole`);
}

// Keep a file's new copy if it is right.
async function replaceFile(cache, answer, path, content) {
  if (!await isFile(answer, content)) return false;
  await cache.delete(path, { ignoreVary: true });
  await cache.put(path, answer);
  return true;
}

async function dropOldFiles() {
  for (const name of await caches.keys())
    if (name.startsWith(`${PREFIX}build-`) && name !== BUILD_CACHE) await caches.delete(name);
  const runtimes = await caches.open(RUNTIME_CACHE);
  for (const request of await runtimes.keys())
    if (!(pathOf(request) in RUNTIMES)) await runtimes.delete(request);
}

// The server's page if it comes soon; else the one that was kept, which is told that it is.
async function page(event) {
  lookAtFiles();
  let answer, problem;
  try {
    answer = await within(PAGE_WAIT, fetch(event.request));
  } catch (error) {
    problem = error;
  }
  if (answer && isOurs(answer) && answer.status < 500) {
    isOurPage = true;
    event.waitUntil(forgetStranger());
    return answer;
  }
  if (answer && (answer.ok || answer.type === "opaqueredirect")) {
    isOurPage = false;
    event.waitUntil(meetStranger());
    return answer;
  }
  const kept = await caches.match(HOME, { cacheName: BUILD_CACHE });
  if (kept && await isDocument(kept.clone())) {
    isOurPage = true;
    const markup = (await kept.text()).replace("<html", "<html data-offline");
    return new Response(markup, { headers: kept.headers });
  }
  if (answer) return answer;
  throw problem;
}

// While the page is on its way: to look at each when it is asked for would delay the start.
function lookAtFiles() {
  looks = new Map();
  const look = cacheName => ([path, content]) => {
    if (content.bytes <= LOOKED_AT) looks.set(path, isKept(cacheName, path, content));
  };
  Object.entries(FILES).forEach(look(BUILD_CACHE));
  Object.entries(RUNTIMES).filter(([path]) => NEEDED_FIRST.test(path)).forEach(look(RUNTIME_CACHE));
}

async function isKept(cacheName, path, content) {
  return isFile(await caches.match(path, { cacheName, ignoreVary: true }), content);
}

async function forgetStranger() {
  await (await opened(ANSWER_CACHE))?.delete(STRANGER);
}

async function meetStranger() {
  let answer;
  try {
    answer = await fetch("api/data", { cache: "no-store" });
  } catch {
    return; // a network that does not let us through, rather than another program
  }
  if (isOurs(answer)) return;
  const isAgain = await caches.match(STRANGER, { cacheName: ANSWER_CACHE });
  if (isAgain || GONE.includes(answer.status)) await leave();
  else await (await opened(ANSWER_CACHE))?.put(STRANGER, new Response());
}

// As the page does when its visitor wants that (app/pyscript/kit/web/storage.py).
async function leave() {
  await self.registration.unregister();
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX)) await caches.delete(name);
}

// Addresses that name their content. The server's answers vary with what the browser accepts, by
// their compression alone.
async function file(request, cacheName, content) {
  const path = pathOf(request);
  if (request.cache !== "reload") {
    const kept = await caches.match(request, { cacheName, ignoreVary: true });
    const isRight = content.bytes > LOOKED_AT || (looks.get(path) ?? isFile(kept, content));
    if (kept && await isRight) return kept;
  }
  const answer = await fetch(request);
  const cache = await opened(cacheName);
  if (cache) replaceFile(cache, answer.clone(), path, content).catch(ignore);
  return answer;
}

// The server's newest answer, or else the last that was kept.
async function lastAnswer(request, kind) {
  let answer, problem;
  try {
    answer = await within(ANSWER_WAIT, fetch(request));
  } catch (error) {
    problem = error;
  }
  if (await isRecognized(answer, kind)) {
    (await opened(ANSWER_CACHE))?.put(request, answer.clone()).catch(ignore);
    return answer;
  }
  if (answer && isOurs(answer) && answer.status < 500) return answer;
  const kept = await soundlyKept(ANSWER_CACHE, request, kind);
  if (kept) return kept;
  if (answer) return answer;
  throw problem;
}

// Blocks of samples, whose addresses name the data too; the oldest make room, and with them those
// of another data set.
async function block({ request }) {
  const kept = request.cache !== "reload" && await soundlyKept(BLOCK_CACHE, request, BLOCK);
  if (kept) return kept;
  const answer = await fetch(request);
  const blocks = await opened(BLOCK_CACHE);
  if (blocks) keepBlock(blocks, request, answer.clone()).catch(ignore);
  return answer;
}

async function keepBlock(blocks, request, answer) {
  if (!await isRecognized(answer, BLOCK)) return;
  await blocks.put(request, answer);
  const keys = await blocks.keys();
  await Promise.all(keys.slice(0, -BLOCK_LIMIT).map(key => blocks.delete(key)));
}

async function soundlyKept(cacheName, request, kind) {
  const kept = await caches.match(request, { cacheName });
  if (!kept || await isRecognized(kept, kind)) return kept;
  await (await opened(cacheName))?.delete(request);
}

// Not made anew by the last requests of a page that has just been forgotten.
async function opened(cacheName) {
  if (await caches.has(cacheName)) return caches.open(cacheName);
}

function ignore() {} // in a browser whose storage is full, it goes on without

function isOurs(answer) {
  return answer.headers.has(MARK);
}

async function isDocument(answer) {
  return answer.ok && (await answer.text()).includes(`app/${BUILD}/`);
}

async function isFile(answer, content) {
  return await isRecognized(answer, { type: "", isRight: async buffer => {
    if (buffer.byteLength !== content.bytes) return false;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
    return Array.from(digest, byte => byte.toString(16).padStart(2, "0")).join("") === content.sha256;
  } });
}

async function isRecognized(answer, { type, isRight }) {
  if (answer?.status !== 200 || answer.redirected) return false;
  if (!(answer.headers.get("Content-Type") ?? "").startsWith(type)) return false;
  try {
    return await isRight(await answer.clone().arrayBuffer());
  } catch {
    return false; // a connection that broke, or text that is no JSON
  }
}

function isDescription(buffer) {
  const document = JSON.parse(new TextDecoder().decode(buffer));
  return typeof document.digest === "string" && typeof document.splits === "object";
}

// A zip is whole if its directory, which comes last, is there.
function isArchive(buffer) {
  return textAt(buffer, 0, 4) === "PK\x03\x04" && textAt(buffer, -22, -18) === "PK\x05\x06";
}

// NumPy's format: a header with the shape, here of bytes, and as many of them.
function isArray(buffer) {
  if (textAt(buffer, 0, 6) !== "\x93NUMPY") return false;
  const start = 10 + new DataView(buffer).getUint16(8, true);
  const shape = /'shape': \((\d+), (\d+)\)/.exec(textAt(buffer, 10, start));
  return shape !== null && buffer.byteLength === start + shape[1] * shape[2];
}

function textAt(buffer, start, end) {
  return String.fromCharCode(...new Uint8Array(buffer.slice(start, end)));
}

function within(milliseconds, promise) {
  const late = new Promise((_, reject) => setTimeout(reject, milliseconds, new Error("no answer")));
  return Promise.race([promise, late]);
}
