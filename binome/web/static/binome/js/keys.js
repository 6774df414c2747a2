/* Keys: any element with data-key="E" (or "G I") answers to it, once however long it is held; within several [data-key-scope],
   those of the last one; nothing answers within what is being replaced (aria-busy). The help dialog and the palette are
   made from the page itself. */

const PATIENCE = 1200
let typed = []
let forget

const off = document.documentElement.dataset.shortcuts === "off"
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null
const answering = (selector) => {
  const last = [...document.querySelectorAll("[data-key-scope]")].at(-1)
  const here = (e) => [null, last].includes(e.closest("[data-key-scope]"))
  const stays = (e) => !e.closest("[aria-busy=true]")
  return [...document.querySelectorAll(selector)].filter((e) => here(e) && stays(e) && (visible(e) || e.dataset.keyAlways !== undefined))
}
const keyed = () => answering("[data-key]")
const nameOf = (e) => (e.dataset.keyName || e.getAttribute("aria-label") || (e.querySelector(".name") ?? e).textContent).trim().replace(/\s+/g, " ")
const writing = (e) => e.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName) && !/^(checkbox|radio|button|submit)$/.test(e.type))
const topDialog = () => [...document.querySelectorAll("dialog[open]")].at(-1)

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return prevent(event, openPalette)
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return sendForm(event)
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "Escape" && writing(event.target)) return event.target.blur()
  if (off || writing(event.target) || topDialog()) return
  if (event.key === "?") return prevent(event, openHelp)
  if (/^[jk]$/i.test(event.key)) return move(event, event.key.toLowerCase() === "j" ? 1 : -1)
  press(event)
})

function prevent(event, act) {
  event.preventDefault()
  act()
}

/* One key, or two within a second: "G" then "I". */
function press(event) {
  if (event.key.length > 1 || event.repeat) return
  typed = [...typed, event.key.toUpperCase()].slice(-2)
  clearTimeout(forget)
  forget = setTimeout(() => (typed = []), PATIENCE)
  const wanted = [typed.join(" "), typed.at(-1)]
  const found = keyed().findLast((e) => e.dataset.key.toUpperCase() === wanted[0]) ?? alone(wanted[1])
  if (!found) return
  typed = []
  prevent(event, () => trigger(found))
}

/* A single key waits for its second when it begins a sequence. */
function alone(key) {
  const begins = typed.length > 1 && keyed().some((e) => e.dataset.key.toUpperCase().startsWith(typed[0] + " "))
  return begins ? undefined : keyed().findLast((e) => e.dataset.key.toUpperCase() === key)
}

function trigger(element) {
  if (writing(element)) return element.focus()
  element.click()
}

/* J and K go from one [data-item] to the next within [data-items]; the place is kept. */
function move(event, step) {
  const items = [...document.querySelectorAll("[data-items] [data-item]")].filter(visible)
  if (!items.length) return
  const here = items.findIndex((e) => e === document.activeElement || e.contains(document.activeElement))
  const from = here >= 0 ? here : items.findIndex((e) => e.hasAttribute("aria-current"))
  const next = items[Math.min(items.length - 1, Math.max(0, from + step))]
  prevent(event, () => next.focus())
  next.scrollIntoView({ block: "nearest" })
  next.dispatchEvent(new CustomEvent("keys:moved", { bubbles: true }))
}

function sendForm(event) {
  const form = event.target.form
  if (!form) return
  prevent(event, () => form.requestSubmit(form.querySelector("[data-sends]") ?? undefined))
}

function openHelp() {
  const dialog = document.getElementById("keys-help")
  const list = dialog.querySelector("[data-found]")
  list.replaceChildren(...unique(keyed()).map((e) => line(nameOf(e), e.dataset.key)))
  dialog.showModal()
}

function unique(elements) {
  return [...new Map(elements.map((e) => [e.dataset.key.toUpperCase(), e])).values()]
}

function line(name, key) {
  const item = document.createElement("li")
  const label = document.createElement("span")
  label.textContent = name
  item.append(label, ...drawn(key))
  return item
}

function drawn(key) {
  if (!key) return []
  const kbd = document.createElement("kbd")
  kbd.className = "kbd"
  kbd.textContent = key
  return [kbd]
}

/* The palette: every place and every act of this page, by its name. */
function openPalette() {
  const dialog = document.getElementById("palette")
  const input = dialog.querySelector("input")
  input.value = ""
  fill(dialog, "")
  dialog.showModal()
  input.focus()
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()

function fill(dialog, words) {
  const acts = answering("[data-key], [data-palette]")
  const named = [...new Map(acts.map((e) => [nameOf(e), e])).entries()]
  const found = named.filter(([name]) => folded(name).includes(folded(words)))
  dialog.querySelector("[role=listbox]").replaceChildren(...found.map(option))
  dialog.querySelector(".nothing").hidden = found.length > 0
  choose(dialog, 0)
}

function option([name, element], index) {
  const item = line(name, element.dataset.key)
  item.id = `palette-${index}`
  item.setAttribute("role", "option")
  item.addEventListener("click", () => {
    item.closest("dialog").close()
    trigger(element)
  })
  return item
}

function choose(dialog, index) {
  const options = [...dialog.querySelectorAll("[role=option]")]
  options.forEach((o, i) => o.setAttribute("aria-selected", String(i === index)))
  options[index]?.scrollIntoView({ block: "nearest" })
  dialog.querySelector("input").setAttribute("aria-activedescendant", options[index]?.id ?? "")
}

document.getElementById("palette")?.addEventListener("input", (event) => fill(event.currentTarget, event.target.value))
document.getElementById("palette")?.addEventListener("keydown", (event) => {
  const dialog = event.currentTarget
  const options = [...dialog.querySelectorAll("[role=option]")]
  const here = options.findIndex((o) => o.getAttribute("aria-selected") === "true")
  if (event.key === "ArrowDown") prevent(event, () => choose(dialog, Math.min(options.length - 1, here + 1)))
  if (event.key === "ArrowUp") prevent(event, () => choose(dialog, Math.max(0, here - 1)))
  if (event.key === "Enter") prevent(event, () => options[here]?.click())
})

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens-keys]")) openHelp()
  if (event.target.closest("[data-opens-palette]")) openPalette()
})
