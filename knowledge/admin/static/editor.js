// The editor: warns before what was typed is left behind, and says so when a preview fails.

const form = document.getElementById("editor");
const status = document.getElementById("preview-status");
let changed = false;

form.addEventListener("input", () => {
  changed = true;
});
form.addEventListener("submit", () => {
  changed = false;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) {
    event.preventDefault();
  }
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  form.addEventListener(failure, () => {
    status.textContent = form.dataset.failed;
  });
}
form.addEventListener("htmx:afterSwap", () => {
  status.textContent = "";
});

// On a phone the Danish text would stand between the form and its end.
const danish = document.querySelector(".editor-danish");
if (danish && window.matchMedia("(max-width: 767px)").matches) {
  danish.open = false;
}
