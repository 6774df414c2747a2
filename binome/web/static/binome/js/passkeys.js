/* Passkeys and security keys: the browser asks the person, the form carries the answer. */

const able = window.PublicKeyCredential !== undefined
const form = document.querySelector("[data-passkey]")

if (able && form) {
  form.hidden = false
  form.addEventListener("submit", answer)
}

async function answer(event) {
  event.preventDefault()
  const problem = form.querySelector("[data-problem]")
  problem.textContent = ""
  try {
    const credential = form.dataset.passkey === "add" ? await create() : await get()
    form.elements.credential.value = JSON.stringify(written(credential))
    form.submit()
  } catch {
    problem.textContent = form.dataset.refused
  }
}

async function create() {
  const { publicKey } = given().creation_options
  const alone = form.elements.passwordless?.checked ?? false
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  }
  publicKey.challenge = bytes(publicKey.challenge)
  publicKey.user.id = bytes(publicKey.user.id)
  publicKey.excludeCredentials = publicKey.excludeCredentials?.map(known)
  return navigator.credentials.create({ publicKey })
}

async function get() {
  const { publicKey } = (form.dataset.passkey === "sign-in" ? await asked() : given()).request_options
  publicKey.challenge = bytes(publicKey.challenge)
  publicKey.allowCredentials = publicKey.allowCredentials?.map(known)
  return navigator.credentials.get({ publicKey })
}

const given = () => JSON.parse(document.getElementById("passkey-data").textContent)

async function asked() {
  const response = await fetch(form.action, { headers: { Accept: "application/json" } })
  if (!response.ok) throw new Error(String(response.status))
  return response.json()
}

const known = (one) => ({ ...one, id: bytes(one.id) })

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(plain, (c) => c.charCodeAt(0))
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

/* The credential as JSON, binary parts in base64url (WebAuthn level 3). */
function written(credential) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
  const present = parts.filter((part) => credential.response[part])
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(present.map((part) => [part, text(credential.response[part])])),
      ...(credential.response.getTransports && { transports: credential.response.getTransports() }),
    },
  }
}
