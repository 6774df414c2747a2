/* The inbox, live: what changes is fetched again, and nothing that is being read or written moves. */

const list = document.getElementById("list")
const rows = document.getElementById("rows")
const opened = document.getElementById("opened")
const app = document.querySelector(".app.inbox")
const thread = () => document.querySelector(".thread[data-conversation]")

listen()
atEnd()

function listen() {
  const source = new EventSource(`${list.dataset.events}?since=${list.dataset.head}`)
  for (const kind of list.dataset.telling.split(" ")) source.addEventListener(kind, (event) => changed(JSON.parse(event.data)))
}

let listStale, threadStale

function changed({ conversation }) {
  clearTimeout(listStale)
  listStale = setTimeout(refreshList, 250)
  if (conversation && String(conversation) !== thread()?.dataset.conversation) return
  clearTimeout(threadStale)
  threadStale = setTimeout(refreshThread, 150)
}

/* The list is renewed at once when one is at its top; otherwise a word says that there is more. */
async function refreshList() {
  if (list.scrollTop > 60) {
    document.getElementById("news").hidden = false
    return
  }
  const answer = await fetch(list.dataset.rows, { headers: { "HX-Request": "true" } })
  if (!answer.ok) return
  const focused = document.activeElement?.closest?.("[data-item]")?.id
  const current = rows.querySelector("[aria-current]")
  const place = current ? [...rows.children].indexOf(current) : -1
  rows.innerHTML = await answer.text()
  keepPlace(current, place)
  window.htmx.process(rows)
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

/* The conversation that is open stays in the list, faded, even when it no longer belongs there. */
function keepPlace(current, place) {
  if (!current) return
  const renewed = document.getElementById(current.id)
  if (renewed) return renewed.setAttribute("aria-current", "true")
  current.classList.add("done")
  rows.insertBefore(current, rows.children[place] ?? null)
}

document.getElementById("news").addEventListener("click", (event) => {
  event.currentTarget.hidden = true
  list.scrollTop = 0
  refreshList()
})

/* New things are added to the thread, changed ones replaced; what is being written is left alone. */
async function refreshThread() {
  const open = thread()
  if (!open) return
  const answer = await fetch(open.dataset.self, { headers: { "HX-Request": "true" } })
  if (!answer.ok || thread() !== open) return
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html")
  const stays = isAtEnd()
  const grew = mergeFlow(fresh)
  replaceUnlessBusy(fresh, ".thread-head")
  replaceUnlessBusy(fresh, ".side")
  replaceUnlessBusy(fresh, "#drafting")
  renewSuggestion(fresh)
  if (stays) atEnd()
  else if (grew) document.getElementById("news-below").hidden = false
}

function mergeFlow(fresh) {
  const flow = document.getElementById("flow")
  let grew = false
  let previous = null
  for (const item of [...fresh.getElementById("flow").children].filter((one) => one.id)) {
    const known = document.getElementById(item.id)
    if (!known) {
      previous ? previous.after(item) : flow.append(item)
      window.htmx.process(item)
      grew = true
      previous = item
      continue
    }
    const busy = known.contains(document.activeElement) || known.querySelector("details[open]")
    if (known.innerHTML !== item.innerHTML && !busy) {
      known.replaceWith(item)
      window.htmx.process(item)
      previous = item
    } else previous = known
  }
  return grew
}

function replaceUnlessBusy(fresh, selector) {
  const before = document.querySelector(selector)
  const after = fresh.querySelector(selector)
  if (!before || !after || before.contains(document.activeElement) || before.querySelector("details[open]")) return
  if (before.innerHTML === after.innerHTML) return
  before.replaceWith(after)
  window.htmx.process(after)
}

function renewSuggestion(fresh) {
  const before = document.getElementById("suggestion")
  const after = fresh.getElementById("suggestion")
  const busy = before && !document.getElementById("editing").hidden
  if (busy || before?.innerHTML === after?.innerHTML) return
  before?.remove()
  const write = document.getElementById("write")
  if (write && after) delete write.dataset.key
  else if (write) write.dataset.key = "R"
  if (!after) return
  document.getElementById("news-below").after(after)
  window.htmx.process(after)
}

const isAtEnd = () => {
  const wrap = document.getElementById("flow-wrap")
  return wrap && wrap.scrollHeight - wrap.scrollTop - wrap.clientHeight < 80
}

function atEnd() {
  const wrap = document.getElementById("flow-wrap")
  if (wrap) wrap.scrollTop = wrap.scrollHeight
}

/* J and K read on; Enter goes into the conversation, where Enter sends what is proposed. */
let reading
document.addEventListener("keys:moved", (event) => {
  clearTimeout(reading)
  reading = setTimeout(() => open(event.target, { stay: true }), 140)
})

let stay = false
function open(row, options = {}) {
  if (row.getAttribute("aria-current") === "true") return
  stay = options.stay ?? false
  row.click()
}

rows.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-item]")
  if (event.key !== "Enter" || !row) return
  event.preventDefault()
  clearTimeout(reading)
  if (row.getAttribute("aria-current") === "true") return thread()?.focus()
  stay = false
  row.click()
})

rows.addEventListener("click", (event) => {
  const row = event.target.closest("[data-item]")
  if (!row || event.ctrlKey || event.metaKey) return
  rows.querySelector("[aria-current]")?.removeAttribute("aria-current")
  row.setAttribute("aria-current", "true")
})

/* An answer that comes late, about a conversation that one has left, moves nothing. */
const conversationIn = (path) => path?.match(/\/inbox\/(\d+)\//)?.[1]
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== opened) return
  const row = rows.querySelector("[aria-current]")
  const wanted = detail.requestConfig.verb === "get" ? conversationIn(row?.getAttribute("hx-get")) : thread()?.dataset.conversation
  if (wanted && conversationIn(detail.requestConfig.path) !== wanted) detail.shouldSwap = false
})

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== opened) return
  app.classList.toggle("has-open", Boolean(thread()))
  atEnd()
  if (!stay && !document.activeElement?.closest?.(".thread")) thread()?.focus({ preventScroll: true })
  stay = false
})

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey) return
  if (event.target !== thread() && event.target !== document.getElementById("flow-wrap")) return
  const accept = document.querySelector("[data-accept]")
  if (!accept || !document.getElementById("editing").hidden) return
  event.preventDefault()
  accept.click()
})

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-edit]")) edit(true)
  if (event.target.closest("[data-stop-editing]")) edit(false)
  const saved = event.target.closest("[data-insert]")
  if (saved) insert(saved)
  if (event.target.id === "news-below") { atEnd(); event.target.hidden = true }
})

document.addEventListener("writing:found", (event) => event.target.id === "edited" && showEditing(true))

function showEditing(on) {
  document.getElementById("editing").hidden = !on
  document.getElementById("proposed").hidden = on
  document.getElementById("deciding").hidden = on
}

function edit(on) {
  showEditing(on)
  if (!on) return thread().focus()
  const field = document.getElementById("edited")
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}

function insert(button) {
  const field = document.getElementById("write")
  field.value = field.value ? `${field.value}\n\n${button.dataset.insert}` : button.dataset.insert
  field.dispatchEvent(new Event("input", { bubbles: true }))
  button.closest("details").open = false
  field.focus()
}

/* Not sent: what was written stays, and one is told. */
document.body.addEventListener("htmx:responseError", () => failed())
document.body.addEventListener("htmx:sendError", () => failed())
function failed() {
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { text: list.dataset.failed, tone: "alarm" } }))
}

addEventListener("popstate", () => location.reload())
