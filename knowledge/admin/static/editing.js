// Pages on which texts are edited: a warning before what was typed is left behind, and word to the
// server that the page was left, so that others do not see it open for a minute more.

const form = document.querySelector("form[data-left]");
let changed = form.dataset.unsaved === "true";
let sent = false;

form.addEventListener("input", (event) => {
  changed = true;
  const mark = document.getElementById(`editing-${event.target.name.split(".")[0]}`);
  if (mark) {
    mark.value = "true"; // from now on the next word to the server says that it is being edited
  }
});
form.addEventListener("submit", () => {
  changed = false;
  sent = true;
});
window.addEventListener("beforeunload", (event) => {
  if (changed) {
    event.preventDefault();
  }
});
window.addEventListener("pageshow", () => {
  sent = false;
});
window.addEventListener("pagehide", () => {
  if (sent) {
    return; // the page comes back with what became of the form
  }
  const token = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  for (const address of form.dataset.left.split(" ")) {
    navigator.sendBeacon(address, token);
  }
});
