/* The appearance chosen is seen at once, before it is saved. */

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-theme-choice] input, select[data-theme-choice]")) {
    document.documentElement.dataset.theme = event.target.value
  }
})
