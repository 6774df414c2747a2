/* The inbox, live: what changes is fetched again, and nothing that is being read or written moves. */

const list = document.getElementById("list")
const rows = document.getElementById("rows")
const opened = document.getElementById("opened")
const app = document.querySelector(".app.inbox")
const thread = () => document.querySelector(".thread[data-conversation]")

let source, relisten
let heard = list.dataset.head

listen()
atEnd()
document.addEventListener("visibilitychange", listen)

/* While one looks: a browser keeps few lines open at once, whatever the number of its tabs. What happened meanwhile, or
   while the server did not answer, is asked for from the last thing heard. */
function listen() {
  source?.close()
  clearTimeout(relisten)
  if (document.hidden) return
  source = new EventSource(`${list.dataset.events}?since=${heard}`)
  for (const kind of list.dataset.telling.split(" ")) source.addEventListener(kind, told)
  source.addEventListener("error", ({ target }) => {
    if (target.readyState === EventSource.CLOSED) relisten = setTimeout(listen, 3000)
  })
}

function told({ lastEventId, data }) {
  heard = lastEventId
  const { conversation } = JSON.parse(data)
  askForList()
  if (!conversation || String(conversation) === thread()?.dataset.conversation) askForThread()
}

const askForList = inTurn(refreshList, 250)
const askForThread = inTurn(refreshThread, 150)

/* Renews soon, one answer at a time, in order; what changes while an answer is awaited asks for one more. */
function inTurn(renew, patience) {
  let wanted = false
  let busy = false
  return async () => {
    wanted = true
    if (busy) return
    busy = true
    while (wanted) {
      await new Promise((resolve) => setTimeout(resolve, patience))
      wanted = false
      await renew().catch(() => { /* cut off: the next news asks again */ })
    }
    busy = false
  }
}

/* An answer that never comes keeps no other waiting for ever. */
const ask = (address) => fetch(address, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(30_000) })

/* The list is renewed at once when one is at its top; otherwise a word says that there is more. */
async function refreshList() {
  if (list.scrollTop > 60) {
    document.getElementById("news").hidden = false
    return
  }
  const answer = await ask(list.dataset.rows)
  if (!answer.ok) return
  const focused = document.activeElement?.closest?.("[data-item]")?.id
  const current = rows.querySelector("[aria-current]")
  const place = current ? [...rows.children].indexOf(current) : -1
  rows.innerHTML = await answer.text()
  keepPlace(current, place)
  window.htmx.process(rows)
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}

/* The conversation that is open stays in the list, faded, even when it no longer belongs there; if it stood further down
   than what is shown again, it is found there when one goes down. */
function keepPlace(current, place) {
  if (!current) return
  const renewed = document.getElementById(current.id)
  if (renewed) return makeCurrent(renewed)
  if (rows.querySelector(".next-rows") && place >= rows.querySelectorAll("[data-item]").length) return
  current.classList.add("done")
  rows.insertBefore(current, rows.children[place] ?? null)
}

document.getElementById("news").addEventListener("click", (event) => {
  event.currentTarget.hidden = true
  list.scrollTop = 0
  askForList()
})

/* New things are added to the thread, changed ones replaced; what is being written is left alone. */
async function refreshThread() {
  const open = thread()
  if (!open) return
  const answer = await ask(open.dataset.self)
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
    const busy = known.contains(document.activeElement) || known.querySelector("details[open]:not(.picture)")
    if (!isSame(known, item) && !busy) {
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
  if (isSame(before, after)) return
  before.replaceWith(after)
  window.htmx.process(after)
}

function renewSuggestion(fresh) {
  const before = document.getElementById("suggestion")
  const after = fresh.getElementById("suggestion")
  const busy = before && !document.getElementById("editing").hidden
  if (busy || isSame(before, after)) return
  before?.remove()
  const write = document.getElementById("write")
  if (write && after) delete write.dataset.key
  else if (write) write.dataset.key = "R"
  if (!after) return
  document.getElementById("news-below").after(after)
  window.htmx.process(after)
}

/* The same for who reads it: the form's own token changes with each answer. */
const unsigned = (element) => element?.innerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1")
const isSame = (before, after) => unsigned(before) === unsigned(after)

const isAtEnd = () => {
  const wrap = document.getElementById("flow-wrap")
  return wrap && wrap.scrollHeight - wrap.scrollTop - wrap.clientHeight < 80
}

function atEnd() {
  const wrap = document.getElementById("flow-wrap")
  if (wrap) wrap.scrollTop = wrap.scrollHeight
}

/* J and K read on; Enter goes into the conversation, where Enter sends what is proposed. A key held down does it once. */
let reading
document.addEventListener("keys:moved", (event) => {
  clearTimeout(reading)
  if (!isCurrent(event.target)) opened.ariaBusy = "true"
  reading = setTimeout(() => open(event.target, { stay: true }), 140)
})

const isCurrent = (row) => row.getAttribute("aria-current") === "true"

let stay = false
function open(row, options = {}) {
  if (isCurrent(row)) return arrived()
  stay = options.stay ?? false
  row.click()
}

rows.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-item]")
  if (event.key !== "Enter" || !row || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  if (event.repeat) return
  clearTimeout(reading)
  stay = false
  if (!isCurrent(row)) return row.click()
  if (!isAwaited()) thread()?.focus()
})

/* A click that opens elsewhere (Ctrl, ⌘, Shift) is left to the browser. */
rows.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return event.stopPropagation()
  const row = event.target.closest("[data-item]")
  if (!row) return
  makeCurrent(row)
  opened.ariaBusy = "true"
}, true)

const rowOf = (conversation) => document.getElementById(`row-${conversation?.dataset.conversation}`)

function makeCurrent(row) {
  rows.querySelector("[aria-current]")?.removeAttribute("aria-current")
  row?.setAttribute("aria-current", "true")
}

/* An answer that comes late, about a conversation that one has left, moves nothing. */
const conversationIn = (path) => path?.match(/\/inbox\/(\d+)\//)?.[1]
const chosen = () => conversationIn(rows.querySelector("[aria-current]")?.getAttribute("hx-get"))
const isRead = ({ target, requestConfig }) => target === opened && requestConfig.verb === "get"
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== opened) return
  const wanted = isRead(detail) ? chosen() : thread()?.dataset.conversation
  if (wanted && conversationIn(detail.requestConfig.path) !== wanted) detail.shouldSwap = false
})

/* Until the conversation that was chosen is here, keys do nothing to the one that is being left (keys.js). */
const isAwaited = () => opened.ariaBusy === "true"
const arrived = () => opened.removeAttribute("aria-busy")
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isRead(detail) || (chosen() && conversationIn(detail.requestConfig.path) !== chosen())) return
  if (!detail.successful) makeCurrent(rowOf(thread()))
  arrived()
})

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.matches(".next-rows") && !chosen()) makeCurrent(rowOf(thread()))
  if (event.detail.target !== opened) return
  app.classList.toggle("has-open", Boolean(thread()))
  atEnd()
  if (!stay && !document.activeElement?.closest?.(".thread")) thread()?.focus({ preventScroll: true })
  stay = false
})

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.repeat || event.defaultPrevented || event.ctrlKey || event.metaKey) return
  if (event.target !== thread() && event.target !== document.getElementById("flow-wrap")) return
  const accept = document.querySelector("[data-accept]")
  if (!accept || isAwaited() || !document.getElementById("editing").hidden) return
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
