/* Readings: a mark opens its evidence on hover and on focus too, beside itself, and W says that it is wrong. */

const PATIENCE = 220
let waiting

const readingOf = (target) => target.closest?.("details.reading")

document.addEventListener("pointerover", (event) => {
  const reading = readingOf(event.target)
  if (!reading || event.pointerType !== "mouse" || reading.contains(event.relatedTarget)) return
  clearTimeout(waiting)
  if (!reading.open) waiting = setTimeout(() => show(reading), PATIENCE)
})

document.addEventListener("pointerout", (event) => {
  const reading = readingOf(event.target)
  if (!reading || event.pointerType !== "mouse" || reading.contains(event.relatedTarget)) return
  clearTimeout(waiting)
  if (reading.dataset.hovered) waiting = setTimeout(() => hide(reading), PATIENCE)
})

function show(reading) {
  reading.dataset.hovered = "yes"
  reading.open = true
}

function hide(reading) {
  delete reading.dataset.hovered
  reading.open = false
}

/* A click, on the mark or on what it opened, keeps open what the pointer had only opened in passing. */
document.addEventListener("click", (event) => {
  const reading = readingOf(event.target)
  for (const other of document.querySelectorAll("details.reading[open]")) if (other !== reading) hide(other)
  if (!reading?.dataset.hovered) return
  delete reading.dataset.hovered
  if (event.target.closest("summary")?.parentElement === reading) event.preventDefault()
})

document.addEventListener("focusin", (event) => {
  const reading = readingOf(event.target)
  for (const other of document.querySelectorAll("details.reading[open]")) if (other !== reading) hide(other)
  if (reading && !reading.open && event.target.matches("summary:focus-visible")) show(reading)
})

document.addEventListener("toggle", (event) => {
  const reading = readingOf(event.target)
  if (reading?.open) place(reading)
}, true)

/* Beside the mark, wherever there is room; on a phone, at the foot of the screen (the stylesheet does that). */
function place(reading) {
  const panel = reading.querySelector(".reading-panel")
  const mark = reading.querySelector("summary").getBoundingClientRect()
  reading.dataset.floats = "yes"
  const below = innerHeight - mark.bottom
  const up = below < panel.offsetHeight + 16 && mark.top > below
  panel.style.setProperty("--left", `${Math.max(8, Math.min(mark.left, innerWidth - panel.offsetWidth - 8))}px`)
  panel.style.setProperty("--top", `${up ? Math.max(8, mark.top - panel.offsetHeight - 6) : mark.bottom + 6}px`)
}

document.addEventListener("scroll", (event) => {
  if (event.target.id === "flow-wrap") for (const open of document.querySelectorAll("details.reading[open]")) place(open)
}, true)

/* W is the key of the mark that has the focus, even where there is nothing to say of it; anywhere else, of the last read
   message's first mark that can be corrected (keys.js). */
document.addEventListener("keydown", (event) => {
  const reading = readingOf(event.target)
  if (!reading || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "Escape") {
    hide(reading)
    reading.querySelector("summary").focus()
    return event.preventDefault()
  }
  if (event.key.toLowerCase() !== "w" || document.documentElement.dataset.shortcuts === "off") return
  event.preventDefault()
  if (!event.repeat) reading.querySelector("[data-wrong]")?.click()
}, true)

/* What was corrected keeps the focus: on the first label to choose, or on its mark. */
document.body.addEventListener("htmx:afterSwap", (event) => {
  const marks = event.detail.target?.matches?.(".readings") ? document.getElementById(event.detail.target.id) : null
  if (!marks) return
  const open = marks.querySelector("details.reading[open]")
  if (open) place(open)
  const judged = marks.querySelector("[data-judged] > summary") ?? marks.querySelector("summary")
  ;(open?.querySelector(".choices .button") ?? judged)?.focus({ preventScroll: true })
  if (!open) for (const other of marks.querySelectorAll("details.reading[open]")) hide(other)
})
