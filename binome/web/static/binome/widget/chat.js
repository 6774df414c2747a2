// The visitor's side of a conversation. What is written is kept here until the server has it, under an id chosen here,
// so that a cut loses nothing and a repeat adds nothing. Everything shown is text, never markup.

const body = document.body;
const say = body.dataset;
const base = say.base;
const store = storage();
const list = document.getElementById("messages");
const flow = document.getElementById("flow");
const form = document.getElementById("write");
const field = document.getElementById("text");
const typing = document.getElementById("typing");
const problem = document.getElementById("problem");
const seen = new Set();
const PATIENCE = 30000;
const LAST = "9999-12-31T00:00:00Z";
let source = null;
let waits = null;
let sending = Promise.resolve();
let again = null;

paint(say.colour);
form.addEventListener("submit", (event) => { event.preventDefault(); write(field.value); });
field.addEventListener("input", grow);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
document.getElementById("person").addEventListener("click", () => write(say.askPerson, true));
document.getElementById("close").addEventListener("click", () => parent.postMessage("binome:close", "*"));
addEventListener("keydown", (event) => { if (event.key === "Escape") parent.postMessage("binome:close", "*"); });
addEventListener("online", () => { sendWaiting(); resume(); }); // a stream may hang on the network that is gone
addEventListener("storage", (event) => { if (store.keeps(event.key, "visitor")) resume(); }); // another tab wrote first
if (parent === window) document.getElementById("close").hidden = true;
for (const button of document.querySelectorAll("button")) button.disabled = false;
resume();
field.focus();
if (field.value.endsWith("\n")) write(field.value); // Enter was pressed before this script was there

async function write(text, wantsPerson = false) {
  text = text.trim();
  if (!wantsPerson) field.value = "";
  grow();
  if (!text) return;
  const message = { id: identifier(), text, language: say.language, wants_person: wantsPerson, page_url: document.referrer };
  store.set("waiting", [...(store.get("waiting") || []), message]);
  show({ key: message.id, by: "member", text, at: LAST }, say.sending);
  await sendWaiting();
}

// One after the other, in whichever tab: two at once would each begin a conversation.
function sendWaiting() {
  const turn = () => (navigator.locks ? navigator.locks.request(`binome:${base}`, sendAll) : sendAll());
  sending = sending.then(turn, turn);
  return sending;
}

async function sendAll() {
  let waiting = store.get("waiting") || [];
  while (waiting.length) {
    const outcome = await send(waiting[0]);
    if (outcome === "later") return sendLater(waiting);
    mark(waiting[0].id, outcome === "refused" ? problem.textContent : "");
    waiting = (store.get("waiting") || []).filter((one) => one.id !== waiting[0].id);
    store.set("waiting", waiting);
    if (outcome === "received") expectAnswer();
  }
}

function sendLater(waiting) {
  for (const message of waiting) mark(message.id, say.waiting);
  clearTimeout(again);
  again = setTimeout(sendWaiting, 4000);
}

async function send(message) {
  try {
    if (!store.get("visitor")) await register();
    const visitor = store.get("visitor");
    const answer = await call("messages/", { method: "POST", body: JSON.stringify(message) });
    if (answer.ok) { problem.textContent = ""; if (!source) follow(); return "received"; }
    if (answer.status === 401) { forget(visitor); stop(); return "later"; }
    problem.textContent = (await answer.json().catch(() => ({}))).problem || "";
    return [400, 403].includes(answer.status) && problem.textContent ? "refused" : "later"; // others in between refuse without a word
  } catch {
    return "later";
  }
}

// Another tab may have asked at the same time: the first to be told who they are says it for both.
async function register() {
  const answer = await call("visitors/", { method: "POST" });
  if (!answer.ok) throw new Error("no visitor");
  const { visitor } = await answer.json();
  if (!store.get("visitor")) store.set("visitor", visitor);
}

// Nobody knows this visitor any more, unless another tab has just been told who they are now.
function forget(visitor) {
  if (store.get("visitor") === visitor) store.set("visitor", null);
}

// Go on from where this browser is, after a reload or a cut.
function resume() {
  if (store.get("visitor")) { follow(); return; }
  showWaiting();
  sendWaiting();
}

function showWaiting() {
  for (const { id, text } of store.get("waiting") || []) show({ key: id, by: "member", text, at: LAST }, say.waiting);
}

async function follow() {
  stop();
  const turn = source = {};
  const visitor = store.get("visitor");
  try {
    const answer = await call("messages/");
    const past = await answer.json();
    if (source !== turn) return; // begun again meanwhile
    if (answer.status === 401) { forget(visitor); source = null; resume(); return; }
    tell(past.person);
    past.messages.forEach((message) => show(message));
    showWaiting();
    listen(past.head);
    sendWaiting();
  } catch {
    if (source !== turn) return;
    source = null;
    setTimeout(() => source || resume(), 4000);
  }
}

// The browser reconnects by itself and says which event it saw last; when it gives up, we start again from what we have.
function listen(head) {
  source = new EventSource(`${base}events/?visitor=${encodeURIComponent(store.get("visitor"))}&language=${say.language}&since=${head}`);
  for (const kind of ["MessageReceived", "DeliverySettled"]) source.addEventListener(kind, (event) => show(JSON.parse(event.data)));
  for (const kind of ["TakenOver", "GivenBack"]) source.addEventListener(kind, (event) => tell(JSON.parse(event.data).person));
  source.addEventListener("error", () => {
    if (source && source.readyState === EventSource.CLOSED) { source = null; setTimeout(() => source || resume(), 4000); }
  });
}

function stop() {
  if (source && source.close) source.close();
  source = null;
}

function call(path, options = {}) {
  const headers = { "Content-Type": "application/json", "X-Visitor": store.get("visitor") || "" };
  const signal = AbortSignal.timeout?.(PATIENCE); // what hangs on a network that is gone holds up what follows
  return fetch(`${base}${path}?language=${say.language}`, { ...options, headers, signal, cache: "no-store", credentials: "omit" });
}

function show(message, state = "") {
  if (!message || message.by === undefined) return;
  const id = message.by === "member" && message.key ? message.key : String(message.id);
  if (seen.has(id)) { if (!state) confirm(id, message.at); return; }
  seen.add(id);
  if (message.by !== "member") quiet();
  const row = element("div", `row ${message.by}`);
  row.dataset.key = id;
  row.dataset.at = message.at;
  if (message.by !== "member") row.append(element("span", "who", message.by === "ai" ? `✦ ${say.ai}` : message.name));
  row.append(element("p", `bubble ${message.by}`, message.text || say.deleted));
  for (const cited of message.sources || []) row.append(citation(cited));
  row.append(element("small", "state", state));
  insert(row);
  flow.scrollTop = flow.scrollHeight;
}

// In the order of time; a message still being sent stays last until the server has dated it.
function insert(row) {
  const later = [...list.children].find((other) => other !== row && Date.parse(other.dataset.at) > Date.parse(row.dataset.at)) || null;
  if (row.parentNode !== list || row.nextElementSibling !== later) list.insertBefore(row, later);
}

function confirm(id, at) {
  mark(id, "");
  const row = list.querySelector(`[data-key="${CSS.escape(id)}"]`);
  row.dataset.at = at;
  insert(row);
}

function citation(cited) {
  const line = element("p", "cited", `${say.source} `);
  const safe = /^https?:\/\//.test(cited.url || "");
  const title = element(safe ? "a" : "span", "", cited.title);
  if (safe) Object.assign(title, { href: cited.url, target: "_blank", rel: "noopener noreferrer" });
  line.append(title);
  return line;
}

function mark(id, state) {
  const row = list.querySelector(`[data-key="${CSS.escape(id)}"]`);
  if (row) row.querySelector(".state").textContent = state;
}

// What is not told in time is looked up: a stream may hang (after a sleep), or follow what is no more.
function expectAnswer() {
  quiet();
  typing.textContent = say.typing;
  typing.classList.add("busy");
  waits = setTimeout(() => { typing.classList.remove("busy"); typing.textContent = say.slow; resume(); }, 6000);
}

function quiet() {
  clearTimeout(waits);
  typing.textContent = "";
  typing.classList.remove("busy");
}

// Who answers here now.
function tell(person) {
  document.getElementById("status").textContent = person ? say.personHere : say.aiFirst;
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function identifier() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// Kept by this browser for this chat alone; what it refuses to keep lasts as long as the page.
function storage() {
  const memory = new Map();
  const name = (key) => `binome:${base}:${key}`;
  return {
    keeps(item, key) { return item === name(key); },
    get(key) {
      if (memory.has(key)) return memory.get(key);
      try { return JSON.parse(localStorage.getItem(name(key))); } catch { return null; }
    },
    set(key, value) {
      try { localStorage.setItem(name(key), JSON.stringify(value)); memory.delete(key); } catch { memory.set(key, value); }
    },
  };
}

// The operator's colour, with black or white on it, whichever reads better (WCAG relative luminance).
function paint(colour) {
  if (!/^#[0-9a-f]{6}$/i.test(colour || "")) return;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  document.documentElement.style.setProperty("--brand", colour);
  document.documentElement.style.setProperty("--on-brand", 1.05 / (light + 0.05) >= 4.5 ? "#ffffff" : "#000000");
}
