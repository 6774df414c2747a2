/* The slider says where it stands. */

for (const shown of document.querySelectorAll("[data-shows]")) {
  const slider = document.getElementById(shown.htmlFor.value)
  const tell = () => (shown.querySelector("[data-value]").textContent = slider.value)
  slider.addEventListener("input", tell)
  tell()
}
