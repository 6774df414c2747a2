/* A form of a whole page leaves once, however often one presses while its answer is slow. Who asks again after that means
   it: perhaps they stopped the first. Forms that change a part of a page (htmx) look after themselves. */

const IMPATIENCE = 10_000
const left = new WeakMap()

document.addEventListener("submit", (event) => {
  const form = event.target
  if (event.defaultPrevented || form.method !== "post") return
  if (event.timeStamp - (left.get(form) ?? -IMPATIENCE) < IMPATIENCE) return event.preventDefault()
  left.set(form, event.timeStamp)
  keep(form)
})

/* One has come back to it: it may leave again. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.forms) left.delete(form)
})

/* What was written and could not be taken in (signed out meanwhile, an error) is found again on its page: it waits in this
   tab until it is sent again. A page that knows who one is says that what was sent arrived, or shows it with the reason. */

const KEPT = "form"
const who = document.body.dataset.user
const here = location.pathname + location.search
const isText = (field) => /^(text|textarea|url|search|number|date)$/.test(field.type)
const isKept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && (isText(field) || /^(hidden|checkbox|radio|range|select-one)$/.test(field.type))
const fieldsOf = (form) => [...form.elements].filter(isKept)
const formsOf = () => [...document.forms].filter((form) => form.method === "post" && fieldsOf(form).some(isText))

function keep(form) {
  const place = formsOf().indexOf(form)
  if (!who || place < 0) return
  store({ who, here, place, fields: fieldsOf(form).map(({ name, value, checked }) => ({ name, value, checked })) })
}

function store(kept) {
  try { sessionStorage.setItem(KEPT, JSON.stringify(kept)) } catch { /* a browser that keeps nothing */ }
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEPT)) } catch { return null }
}

function found(sent) {
  if (!sent) return
  if (!who) return store({ ...sent, refused: true })
  if (!sent.refused || sent.who !== who) return sessionStorage.removeItem(KEPT)
  if (sent.here !== here) return
  const fields = formsOf()[sent.place] ? fieldsOf(formsOf()[sent.place]) : []
  if (fields.map(({ name }) => name).join() !== sent.fields.map(({ name }) => name).join()) return
  fields.forEach((field, place) => Object.assign(field, sent.fields[place]))
}

found(kept())
