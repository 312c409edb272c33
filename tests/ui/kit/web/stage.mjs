// The part of a browser that kit/web/ uses and Node lacks, for the scenarios beside this file.
//
// Promises, typed arrays, streams, digests and WebAssembly are Node's own, so they behave as in a
// browser. Nothing here happens by itself: scenarios act through `stage`, which they get as js.stage.

const own = name => Symbol.for(name);

function named(message, name) {
  return new DOMException(message, name);
}

// Selectors: what focus.py and workers.py ask. Commas, descendants, children, tags, attributes, and
// the pseudo-classes :is, :not, :disabled and :focus.

function split(text, isBorder) {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if ("([".includes(letter)) depth++;
    if (")]".includes(letter)) depth--;
    if (depth === 0 && isBorder(letter)) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map(part => part.trim()).filter(part => part);
}

const SIMPLE = /^(\*|[a-z]\w*|\[([\w-]+)(?:=['"]([^'"]*)['"])?\]|:(\w+)(?:\((.*?)\)(?=$|[:[]))?)/;

function fits(element, compound) {
  while (compound) {
    const found = SIMPLE.exec(compound);
    if (!found) throw named(`${compound} is not a selector that the stage knows`, "SyntaxError");
    const [all, simple, attribute, value, pseudo, inner] = found;
    if (attribute) {
      if (value === undefined ? !element.hasAttribute(attribute)
        : element.getAttribute(attribute) !== value) return false;
    } else if (pseudo === "is") {
      if (!element.matches(inner)) return false;
    } else if (pseudo === "not") {
      if (element.matches(inner)) return false;
    } else if (pseudo === "disabled") {
      if (!element.disabled) return false;
    } else if (pseudo === "focus") {
      if (document.activeElement !== element) return false;
    } else if (simple !== "*" && simple !== element.localName) {
      return false;
    }
    compound = compound.slice(all.length);
  }
  return true;
}

function fitsChain(element, chain) {
  const [compound, combinator, ...rest] = chain;
  if (!fits(element, compound)) return false;
  if (!combinator) return true;
  let around = element.parentElement;
  if (combinator === ">") return Boolean(around) && fitsChain(around, rest);
  for (; around; around = around.parentElement) if (fitsChain(around, rest)) return true;
  return false;
}

function chainOf(selector) {
  const chain = [];
  for (const part of split(selector.replaceAll(/\s*>\s*/g, " > "), letter => letter === " ")) {
    if (part === ">") chain.push(">");
    else chain.push(...(chain.length && chain.at(-1) !== ">" ? [" ", part] : [part]));
  }
  return chain.reverse();
}

// Elements

class Element extends EventTarget {
  constructor(localName) {
    super();
    this.localName = localName;
    this.children = [];
    this.parentElement = null;
    this.textContent = "";
    this.value = "";
    this.files = [];
    this.box = { top: 0, bottom: 10, height: 10 };
    this.pointers = new Set();
    this.captured = [];
    this[own("attributes")] = new Map();
  }
  // Unlike Node, a browser lets no passive listener prevent the default.
  addEventListener(type, listener, options = {}) {
    super.addEventListener(type, event => {
      if (options.passive) event.preventDefault = () => {};
      listener(event);
      delete event.preventDefault;
    }, options);
  }
  getAttribute(name) { return this[own("attributes")].get(name) ?? null; }
  setAttribute(name, value) { this[own("attributes")].set(name, String(value)); }
  hasAttribute(name) { return this[own("attributes")].has(name); }
  removeAttribute(name) { this[own("attributes")].delete(name); }
  get hidden() { return this.hasAttribute("hidden"); }
  get disabled() { return this.hasAttribute("disabled"); }
  get isConnected() { return document.documentElement.contains(this); }
  contains(node) { return node === this || this.children.some(child => child.contains(node)); }
  append(...nodes) { for (const node of nodes) this.insert(node, this.children.length); }
  insert(node, place) {
    node.remove();
    this.children.splice(place, 0, node);
    node.parentElement = this;
  }
  after(node) {
    node.remove();
    this.parentElement.insert(node, this.parentElement.children.indexOf(this) + 1);
  }
  remove() {
    const siblings = this.parentElement?.children ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parentElement = null;
  }
  descendants() { return this.children.flatMap(child => [child, ...child.descendants()]); }
  matches(selector) {
    const isComma = letter => letter === ",";
    return split(selector, isComma).some(each => fitsChain(this, chainOf(each)));
  }
  querySelectorAll(selector) { return this.descendants().filter(each => each.matches(selector)); }
  isSameNode(node) { return this === node; }
  focus(options) {
    this.focusedWith = options;
    document.activeElement = this;
  }
  scrollIntoView(options) { this.scrolledWith = options; }
  setPointerCapture(id) {
    if (!this.pointers.has(id)) throw named("No such pointer.", "NotFoundError");
    this.captured.push(id);
  }
  releasePointerCapture(id) {
    if (!this.captured.includes(id)) throw named("No such pointer.", "NotFoundError");
    this.captured.splice(this.captured.indexOf(id), 1);
  }
  getBoundingClientRect() { return this.box; }
  getClientRects() { return this.box.height ? [this.box] : []; }
  click() { stage.clicked.push(this); }
  getContext(kind, options) {
    this.context ??= {
      options,
      createImageData: (width, height) => ({ data: new Uint8ClampedArray(4 * width * height) }),
      putImageData: image => { this.shown = image.data.slice(); },
    };
    return this.context;
  }
}

class Observer {
  constructor(callback) {
    this.callback = callback;
    stage.observers.push(this);
  }
  observe(target, options) {
    this.target = target;
    this.options = options;
  }
  disconnect() { this.target = null; }
  tell(...entries) { this.callback(entries, this); }
}

class Plot {
  constructor(options, columns, target) {
    Object.assign(this, { options, columns, target, sizes: [] });
    stage.plots.push(this);
  }
  setData(columns) { this.columns = columns; }
  setSize(size) { this.sizes.push(size.width); }
  destroy() { this.isDestroyed = true; }
}

// The server's events: a scenario fires them at stage.sources.
class Source extends EventTarget {
  constructor(path) {
    super();
    this.path = path;
    stage.sources.push(this);
  }
  close() { this.isClosed = true; }
}

// Storage

class LocalStorage {
  constructor() { this.texts = new Map(); }
  getItem(key) { return this.texts.get(key) ?? null; }
  setItem(key, text) {
    if (stage.isFull) throw named("It is full.", "QuotaExceededError");
    this.texts.set(key, text);
  }
}

// The database: stage.records by "database store key"; stage.failing names the step that fails.
class Database {
  constructor(name) { this.name = name; }
  transaction(store, mode) {
    if (stage.failing === "transaction") throw named("It is closing.", "InvalidStateError");
    let isActive = true;
    setTimeout(() => { isActive = false; });  // it has nothing to do by then
    return {
      objectStore: name => ({
        get: key => {
          if (!isActive) throw named("It has ended.", "TransactionInactiveError");
          if (stage.failing === "get") throw named("It is damaged.", "DataError");
          const result = stage.records.get(`${this.name} ${name} ${key}`);
          return requested("success", { result });
        },
      }),
    };
  }
  close() { stage.closed.push(this.name); }
}

function requested(event, fields) {
  const request = Object.assign(new EventTarget(), fields);
  if (event) setTimeout(() => request.dispatchEvent(new Event(event)));
  return request;
}

const databases = {
  open(name) {
    if (stage.failing === "open") throw named("It is forbidden.", "SecurityError");
    if (stage.failing === "silence") return requested("");
    if (stage.failing === "error") return requested("error", {});
    const isThere = [...stage.records.keys()].some(key => key.startsWith(`${name} `));
    if (isThere) return requested("success", { result: new Database(name) });
    const request = requested("upgradeneeded", {});
    request.transaction = { abort: () => {
      stage.aborted.push(name);
      request.dispatchEvent(new Event("error"));
    } };
    return request;
  },
};

// Answers of the server, by path, in order; the last one stays.

function bodyOf(text, end) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (end === "broken") controller.error(new TypeError("network error"));
      if (end === "whole") controller.close();
    },
  });
}

// What scenarios see and do

export const stage = {
  reset() {
    document.documentElement = new Element("html");
    document.head = new Element("head");
    document.body = new Element("body");
    document.documentElement.append(document.head, document.body);
    document.activeElement = document.body;
    document.hidden = false;
    Object.assign(stage, {
      answers: new Map(), requests: [], reported: [], clicked: [], observers: [], plots: [],
      storage: new LocalStorage(), isForbidden: false, isFull: false,
      records: new Map(), failing: "", closed: [], aborted: [],
      styles: {}, media: new EventTarget(), saved: [], revoked: [], reloads: 0, traces: [],
      modules: [], caches: ["digits-a", "/school/digits/digits-b", "/school/digits/other"],
      registrations: [], unregistered: 0, scope: "", copied: [], mayCopy: true, loads: {}, uncaught: [], outcome: "", sources: [], history: [],
    });
    Object.defineProperty(globalThis, "navigator", {
      configurable: true,
      writable: true,
      value: { language: "de-AT" },
    });
    globalThis.isSecureContext = true;
    globalThis.requestAnimationFrame = callback => setTimeout(callback, 1, 0);
    delete globalThis.uPlot;
  },
  // An element with attributes that are given as a text: add("button", body, "id=go disabled")
  add(localName, parent, attributes) {
    const element = new Element(localName);
    for (const attribute of attributes.split(" ").filter(each => each)) {
      const [name, value = ""] = attribute.split("=");
      element.setAttribute(name, value);
    }
    parent.append(element);
    return element;
  },
  fire(target, type, fields = {}) {
    const event = new Event(type, { cancelable: true });
    for (const [name, value] of Object.entries(fields)) {
      Object.defineProperty(event, name, { value });
    }
    target.dispatchEvent(event);
    return event;
  },
  answer(path, text, status = 200, type = "application/json", end = "whole") {
    const answers = stage.answers.get(path) ?? [];
    answers.push({ text, status, type, end });
    stage.answers.set(path, answers);
  },
  answerBytes(path, bytes, type) { stage.answer(path, bytes, 200, type); },
  keep(key, record) { stage.records.set(key, record); },
  remembered(key) { return stage.storage.texts.get(key) ?? ""; },
  giveNavigator(name, value) { navigator[name] = value; },
  // Makes the functions of an object that record how they were called, and return a promise.
  clipboard() {
    navigator.clipboard = { writeText: async text => {
      if (!stage.mayCopy) throw named("Not allowed.", "NotAllowedError");
      stage.copied.push(text);
    } };
  },
  storageManager(answer) {
    const asked = async () => {
      if (answer === null) throw named("Not here.", "SecurityError");
      return answer;
    };
    navigator.storage = { persisted: asked, persist: asked };
  },
  serviceWorkers(ready) {
    navigator.serviceWorker = {
      register: async script => { stage.registrations.push(script); },
      ready: ready ? Promise.resolve({}) : new Promise(() => {}),
      getRegistration: async () => (stage.scope ? {
        scope: stage.scope,
        unregister: async () => { stage.unregistered++; },
      } : undefined),
    };
  },
  // PyScript's side of a worker, and what its script exports in the end.
  worker() { return { terminate() { this.isTerminated = true; } }; },
  exported(name) {
    return new Promise(resolve => { stage.loads[name] = resolve; });
  },
  export(name, proxy) {
    if (stage.loads[name]) stage.loads[name](proxy);
    else setTimeout(() => stage.export(name, proxy), 1);
  },
  shareSheet(refusal) {
    Object.assign(navigator, {
      standalone: true,
      canShare: shared => shared.files.length === 1,
      share: async shared => {
        if (refusal) throw named("No.", refusal);
        stage.saved.push(shared.files[0]);
      },
    });
  },
};

export function setStage() {
  globalThis.stage = stage;
  globalThis.window = globalThis;
  globalThis.document = Object.assign(new EventTarget(), {
    getElementById: id =>
      document.documentElement.descendants().find(each => each.getAttribute("id") === id) ?? null,
    createElement: localName => new Element(localName),
    querySelector: selector => document.documentElement.querySelectorAll(selector)[0] ?? null,
  });
  const events = new EventTarget();
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
    globalThis[name] = events[name].bind(events);
  }
  globalThis.innerHeight = 600;
  globalThis.location = {
    origin: "https://digits.test",
    pathname: "/school//digits/index.html",
    hash: "#preset=tiny&hide=a%20b&odd=%",
    search: "?trace",
    reload: () => { stage.reloads++; },
  };
  globalThis.reportError = error => { stage.reported.push(String(error)); };
  globalThis.matchMedia = () => stage.media;
  globalThis.getComputedStyle = () => ({
    getPropertyValue: name => stage.styles[name] ?? "",
  });
  for (const name of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
    globalThis[name] = Observer;
  }
  globalThis.Plot = Plot;
  globalThis.EventSource = Source;
  globalThis.history = { replaceState: (...given) => { stage.history.push(given); } };
  globalThis.fetch = async (path, options) => {
    const answers = stage.answers.get(path) ?? [];
    stage.requests.push({ path, ...options });
    if (!answers.length) throw new TypeError("Failed to fetch");
    const { text, status, type, end } = answers.length > 1 ? answers.shift() : answers[0];
    if (end === "never") return new Promise(() => {});
    const isText = typeof text === "string" && status !== 204;
    const body = isText ? bodyOf(text, end) : text || null;
    return new Response(body, { status, headers: { "Content-Type": type } });
  };
  URL.createObjectURL = file => {
    stage.saved.push(file);
    return `blob:${file.name}`;
  };
  URL.revokeObjectURL = address => { stage.revoked.push(address); };
  globalThis.caches = {
    keys: async () => [...stage.caches],
    delete: async name => { stage.caches.splice(stage.caches.indexOf(name), 1); },
  };
  for (const [name, value] of [["localStorage", () => stage.storage], ["indexedDB", () => databases]]) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        if (stage.isForbidden) throw named("Access is denied.", "SecurityError");
        return value();
      },
    });
  }
  console.debug = (...words) => { stage.traces.push(words.join(" ")); };
  stage.reset();
}
