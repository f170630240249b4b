// Single keys on the desk. What a key does stands in the page: an element with data-key is pressed.
// The script asks nothing of who does not use it, and can be switched off on the account page.

const LIST = "[data-list] a[href]";

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog") !== null;
}

function press(key) {
  const wanted = [...document.querySelectorAll("[data-key]")].find(
    (one) => one.dataset.key === key,
  );
  wanted?.click();
  return wanted !== undefined;
}

function step(by) {
  const links = [...document.querySelectorAll(LIST)];
  if (links.length === 0) {
    return false;
  }
  const present = links.indexOf(document.activeElement);
  const next = present === -1 ? (by > 0 ? 0 : links.length - 1) : present + by;
  links[Math.max(0, Math.min(links.length - 1, next))].focus();
  return true;
}

function onKey(event) {
  const { key, ctrlKey, altKey, metaKey, repeat, target, isComposing } = event;
  if (ctrlKey || altKey || metaKey || isComposing || isTyping(target)) {
    return;
  }
  const steps = { j: 1, k: -1 };
  let done = false;
  if (key in steps) {
    done = step(steps[key]);
  } else if (key === "?") {
    done = open("shortcuts");
  } else if (!repeat) {
    // A key that is held down must not work through the whole list.
    done = press(key);
  }
  if (done) {
    event.preventDefault();
  }
}

function open(id) {
  const dialog = document.getElementById(id);
  dialog?.showModal();
  return dialog !== null;
}

if (document.getElementById("shortcuts") !== null) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener !== null) {
      open(opener.dataset.opens);
    }
  });
}
