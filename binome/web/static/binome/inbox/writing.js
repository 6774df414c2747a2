/* What is being written is kept: whatever renews the conversation meanwhile, wherever one goes, until it has left. A
   field says by data-keeps what it is for; its text waits in this tab, and nowhere else. */

const opened = document.getElementById("opened")
const left = new Map()

const keptIn = (field) => `writing:${field.dataset.keeps}`
const fieldFor = (keeps) => document.querySelector(`[data-keeps="${keeps}"]`)
const isEmptied = (field) => field.id === "write"
const together = (...texts) => texts.filter((text) => text.trim()).join("\n\n")

function keep(key, text) {
  try { sessionStorage.setItem(key, text) } catch { /* a browser that keeps nothing */ }
}

function forget(key) {
  try { sessionStorage.removeItem(key) } catch { /* nothing was kept */ }
}

function kept(key) {
  try { return sessionStorage.getItem(key) } catch { return null }
}

function keys() {
  try { return Object.keys(sessionStorage) } catch { return [] }
}

document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.keeps) return
  target.value === target.defaultValue ? forget(keptIn(target)) : keep(keptIn(target), target.value)
})

document.addEventListener("click", (event) => {
  const field = event.target.closest("[data-stop-editing]")?.form.querySelector("[data-keeps]")
  if (field) forget(keptIn(field))
})

restore()

function restore() {
  becomeReply()
  for (const field of document.querySelectorAll("[data-keeps]")) {
    const text = kept(keptIn(field))
    if (text === null) continue
    field.value = text
    field.dispatchEvent(new CustomEvent("writing:found", { bubbles: true }))
  }
}

/* The field whose text leaves with what this form, or this button, asks for. */
const leavesWith = (asking) => (asking.matches("form, [data-sends-too]") ? asking.closest("form")?.querySelector("[data-keeps]") : null)

/* One text at a time: what is sent while another is on its way goes after it, by the same button. */
document.body.addEventListener("htmx:confirm", (event) => {
  const before = left.get(leavesWith(event.detail.elt)?.dataset.keeps)
  if (!before) return
  event.preventDefault()
  before.next = event.detail.elt.matches("form") ? "[data-sends]" : "[data-sends-too]"
})

document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const field = leavesWith(detail.elt)
  if (!field) return
  left.set(field.dataset.keeps, { xhr: detail.xhr, text: field.value })
  forget(keptIn(field))
  if (field === document.activeElement) field.closest(".thread")?.focus({ preventScroll: true })
  if (isEmptied(field)) field.value = ""
})

/* An answer: the text has left, or is given back before what was written since. */
function answered(xhr) {
  for (const [keeps, { xhr: asked, text, next }] of left) {
    if (asked !== xhr) continue
    left.delete(keeps)
    if (xhr.status < 200 || xhr.status > 299) giveBack(keeps, text)
    else if (next) return () => fieldFor(keeps)?.value.trim() && fieldFor(keeps).form.querySelector(next)?.click()
  }
}

function giveBack(keeps, text) {
  const field = fieldFor(keeps)
  const whole = field && isEmptied(field) ? together(text, field.value) : text
  keep(`writing:${keeps}`, whole)
  if (field) field.value = whole
}

let place, sendNext
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== opened) return
  sendNext = answered(detail.xhr)
  const field = document.activeElement
  place = field?.dataset?.keeps && { keeps: field.dataset.keeps, selection: [field.selectionStart, field.selectionEnd] }
})

/* A version of a suggestion that is proposed no longer goes on as a reply. */
function becomeReply() {
  const reply = document.getElementById("write")
  if (!reply) return
  const versions = keptIn(reply).replace(/reply$/, "edit:")
  for (const key of keys().filter((key) => key.startsWith(versions) && !fieldFor(key.replace("writing:", "")))) {
    keep(keptIn(reply), together(kept(key), kept(keptIn(reply)) ?? ""))
    forget(key)
  }
}

document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== opened) return
  restore()
  const field = place && fieldFor(place.keeps)
  if (field?.value) {
    field.focus({ preventScroll: true })
    field.setSelectionRange(...place.selection)
  }
  place = undefined
})

document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target !== opened) return
  sendNext?.()
  sendNext = undefined
})

/* No answer at all: cut off, or sent elsewhere. */
document.body.addEventListener("htmx:afterRequest", ({ detail }) => answered(detail.xhr))
