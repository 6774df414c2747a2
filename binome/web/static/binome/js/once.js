/* A form of a whole page leaves once, however often one presses while its answer is slow. Who asks again after that means
   it: perhaps they stopped the first. Forms that change a part of a page (htmx) look after themselves. */

const IMPATIENCE = 10_000
const left = new WeakMap()

document.addEventListener("submit", (event) => {
  const form = event.target
  if (event.defaultPrevented || form.method !== "post") return
  if (event.timeStamp - (left.get(form) ?? -IMPATIENCE) < IMPATIENCE) return event.preventDefault()
  left.set(form, event.timeStamp)
})

/* One has come back to it: it may leave again. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.forms) left.delete(form)
})
