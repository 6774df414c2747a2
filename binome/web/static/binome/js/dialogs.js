/* Dialogs and menus. A link with data-dialog opens its page in the shared dialog; without JavaScript it is simply a page. */

const shared = document.getElementById("dialog")

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]")
  if (opener) document.getElementById(opener.dataset.opens)?.showModal()
  const closer = event.target.closest("[data-closes]")
  if (closer?.closest("dialog")) {
    event.preventDefault()
    closer.closest("dialog").close()
  }
  if (event.target.matches("dialog")) closeIfOutside(event)
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false
})

function closeIfOutside(event) {
  const box = event.target.getBoundingClientRect()
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
  if (!inside) event.target.close()
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]")
  if (event.key !== "Escape" || !menu) return
  menu.open = false
  menu.querySelector("summary").focus()
})

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const answer = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Target": "dialog" } })
  if (!answer.ok || answer.redirected) return location.assign(link.href)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  shared.replaceChildren(...page.body.childNodes)
  window.htmx?.process(shared)
  shared.showModal()
  shared.querySelector("[autofocus]")?.focus()
})

/* Copy a link with one press; the button says that it is done. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]")
  if (!button) return
  const source = document.getElementById(button.dataset.copies)
  await navigator.clipboard.writeText(source.value)
  button.querySelector("[data-label]").textContent = button.dataset.done
})
