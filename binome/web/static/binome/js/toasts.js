/* Toasts: what was just done, and for ten seconds a way to undo it (key U). */

const SECONDS = 10
const place = document.getElementById("toasts")

for (const toast of place?.children ?? []) leaveLater(toast)

document.body.addEventListener("toast", (event) => {
  const said = event.detail?.value ?? event.detail
  for (const one of Array.isArray(said) ? said : [said]) show(one)
})

function show({ text, tone, undo }) {
  const toast = document.getElementById("toast-model").content.firstElementChild.cloneNode(true)
  toast.querySelector("[data-text]").textContent = text
  if (tone) toast.classList.add(tone)
  const form = toast.querySelector("form")
  if (undo) form.action = undo
  else form.remove()
  place.append(toast)
  window.htmx?.process(toast)
  leaveLater(toast)
}

/* The clock stops while the toast is pointed at or has the focus. */
function leaveLater(toast) {
  let left = SECONDS
  const clock = setInterval(() => {
    if (toast.matches(":hover, :focus-within")) return
    left -= 1
    if (left <= 0) leave()
  }, 1000)
  const leave = () => {
    clearInterval(clock)
    toast.remove()
  }
  toast.querySelector("[data-close]")?.addEventListener("click", leave)
}
