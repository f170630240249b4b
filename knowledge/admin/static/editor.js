// The editor: says so when a preview fails, and folds the Danish text on a phone.

const editor = document.getElementById("editor");
const status = document.getElementById("preview-status");

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  editor.addEventListener(failure, () => {
    status.textContent = editor.dataset.failed;
  });
}
editor.addEventListener("htmx:afterSwap", () => {
  status.textContent = "";
});

// On a phone the Danish text would stand between the form and its end.
const danish = document.querySelector(".editor-danish");
if (danish && window.matchMedia("(max-width: 767px)").matches) {
  danish.open = false;
}
