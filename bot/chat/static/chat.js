// The chat on the public page. It sends what a person writes, shows the pieces of HTML that the
// server answers with, and loses nothing when the network does: a message keeps its id until its
// answer is here, so that sending it again never asks twice.

const CONVERSATION = "ankomst.conversation";
const OUTBOX = "ankomst.outbox";
const RETRY_AFTER_MS = [1000, 2000, 4000, 8000];
const PATIENCE_MS = 40000;

class Chat {
  constructor(section) {
    this.page = section.dataset;
    this.live = JSON.parse(section.dataset.live);
    this.most = Number(section.dataset.most);
    this.messages = section.querySelector("#chat-messages");
    this.welcome = section.querySelector("#chat-welcome");
    this.status = section.querySelector("#chat-status");
    this.form = section.querySelector("#chat-form");
    this.field = section.querySelector("#chat-text");
    this.left = section.querySelector("#chat-left");
    this.restartButton = section.querySelector("#chat-restart");
    this.leftAtFirst = this.left.textContent;
    this.id = sessionStorage.getItem(CONVERSATION);
    this.outbox = JSON.parse(sessionStorage.getItem(OUTBOX) ?? "[]");
    this.queue = Promise.resolve();
    document.getElementById("chat-without").remove();
    section.hidden = false;

    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("input", () => this.count());
    this.messages.addEventListener("click", (event) => this.onClick(event));
    this.messages.addEventListener("click", (event) => this.onRate(event));
    this.restartButton.addEventListener("click", () => this.restart());
    this.inOrder(() => this.restore());
  }

  // The language of the conversation: that of the bot's last message, at first the page's.
  get language() {
    return [...this.messages.querySelectorAll(".chat-message--bot[lang]")].at(-1)?.lang ?? this.page.language;
  }

  get texts() {
    return this.live[this.language];
  }

  // One thing after the other: a second message waits for the answer to the first.
  inOrder(task) {
    this.queue = this.queue.then(task).catch((error) => {
      this.say(this.texts.failed);
      throw error;
    });
  }

  onSubmit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (text === "") {
      this.say(this.texts.empty);
      this.field.focus();
      return;
    }
    if (length(text) > this.most) {
      this.count();
      this.say(this.left.textContent);
      this.field.focus();
      return;
    }
    this.field.value = "";
    this.count();
    this.send({ text }, text);
  }

  onKey(event) {
    // Enter sends, Shift and Enter is a new line; Enter that ends a composition does neither.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  onClick(event) {
    const button = event.target.closest(".chat-button");
    if (button === null || button.getAttribute("aria-disabled") === "true") {
      return;
    }
    const label = button.textContent;
    const group = button.closest(".chat-buttons").querySelectorAll(".chat-button");
    const release = () => group.forEach((one) => one.removeAttribute("aria-disabled"));
    // Not `disabled`: who came here with the keyboard would lose the place.
    group.forEach((one) => one.setAttribute("aria-disabled", "true"));
    const { payload, text } = button.dataset;
    this.send(payload === undefined ? { text } : { payload }, label);
    this.inOrder(release);
  }

  async onRate(event) {
    const pressed = event.target.closest(".chat-rate");
    if (pressed === null) {
      return;
    }
    const box = pressed.closest(".chat-rating");
    const said = box.querySelector(".chat-rating-said");
    const { helped, reason } = pressed.dataset;
    const rating = reason === undefined ? { helped: helped === "true" } : { helped: false, reason };
    const address = `${this.page.api}/${this.id}/messages/${box.dataset.number}/rating`;
    const response = await send("PUT", address, rating).catch(() => null);
    if (!response?.ok) {
      said.textContent = box.dataset.failed;
      return;
    }
    for (const one of box.querySelectorAll(".chat-rate")) {
      const isSaid = one.dataset.helped === String(rating.helped) || (one.dataset.reason !== undefined && one.dataset.reason === rating.reason);
      one.setAttribute("aria-pressed", String(isSaid));
    }
    box.querySelector(".chat-rating-more").hidden = rating.helped;
    said.textContent = box.dataset.thanks;
  }

  count() {
    const used = length(this.field.value.trim());
    const over = used > this.most;
    this.left.classList.toggle("chat-left--over", over);
    this.field.setAttribute("aria-invalid", String(over));
    const pattern = over ? this.texts.over : this.texts.left;
    this.left.lang = used === 0 ? this.page.language : this.language;
    this.left.textContent =
      used === 0 ? this.leftAtFirst : pattern.replace("{number}", String(Math.abs(this.most - used)));
  }

  say(text, language = this.language) {
    this.status.lang = language;
    this.status.replaceChildren(text);
  }

  send(content, label) {
    const entry = { content: { ...content, message_id: newId() }, label };
    this.outbox.push(entry);
    this.keep();
    const bubble = this.showUnsent(entry);
    scrollTo(bubble);
    this.inOrder(() => this.deliver(entry, bubble));
  }

  // Keeps at a message until it is answered or the person has to decide.
  async deliver(entry, bubble) {
    this.say(this.texts.writing);
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.post(entry).catch(() => null);
      if (response !== null && response.status < 500) {
        await this.show(response, entry, bubble);
        return;
      }
      if (attempt === RETRY_AFTER_MS.length) {
        this.offerAgain(entry, bubble);
        return;
      }
      this.say(this.texts.waiting);
      await pause(RETRY_AFTER_MS[attempt]);
      this.say(this.texts.writing);
    }
  }

  async post(entry) {
    if (this.id === null) {
      await this.open();
    }
    const response = await request(this.address(), entry.content, this.page.language);
    if (response.status !== 404 && response.status !== 410) {
      return response;
    }
    await this.open();
    this.say(this.page.ended, this.page.language);
    return request(this.address(), entry.content, this.page.language);
  }

  async open() {
    const response = await request(this.page.api, {}, this.page.language);
    if (!response.ok) {
      throw new Error(`no conversation: ${response.status}`);
    }
    this.id = (await response.json()).id;
    this.keep();
  }

  async show(response, entry, bubble) {
    const pieces = fragment(await response.text());
    if (response.ok) {
      bubble.replaceWith(pieces);
      this.enhance();
      this.settle(entry);
      this.say("");
      const shown = this.messages.querySelector(`[data-message-id="${entry.content.message_id}"]`);
      scrollTo(shown ?? this.messages.lastElementChild);
      return;
    }
    bubble.after(pieces);
    if (response.status === 429) {
      this.offerAgain(entry, bubble);
    } else {
      this.settle(entry);
      this.say("");
    }
  }

  offerAgain(entry, bubble) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button-secondary chat-retry";
    again.textContent = this.texts.again;
    again.addEventListener("click", () => {
      this.say("");
      this.inOrder(() => this.deliver(entry, bubble));
      this.field.focus();
    });
    this.status.lang = this.language;
    this.status.replaceChildren(this.texts.failed, " ", again);
  }

  settle(entry) {
    this.outbox = this.outbox.filter((one) => one !== entry);
    this.keep();
  }

  showUnsent(entry) {
    const item = document.createElement("li");
    item.className = "chat-message chat-message--person chat-message--unsent";
    const who = document.createElement("p");
    who.className = "sr-only";
    who.textContent = this.page.you;
    const bubble = document.createElement("div");
    bubble.className = "chat-bubble";
    const words = document.createElement("p");
    words.className = "chat-typed";
    words.textContent = entry.label;
    bubble.append(words);
    item.append(who, bubble);
    this.messages.append(item);
    this.restartButton.hidden = false;
    return item;
  }

  // After a reload: what was said, and what was still on its way.
  async restore() {
    if (this.id !== null) {
      const response = await fetch(this.address()).catch(() => null);
      if (response?.ok) {
        this.messages.append(fragment(await response.text()));
        this.enhance();
        this.restartButton.hidden = this.messages.children.length < 2;
      } else if (response?.status === 404 || response?.status === 410) {
        this.id = null;
        this.keep();
      }
    }
    for (const entry of [...this.outbox]) {
      const known = this.messages.querySelector(`[data-message-id="${entry.content.message_id}"]`);
      if (known?.nextElementSibling?.matches(".chat-message--bot")) {
        this.settle(entry);
        continue;
      }
      known?.remove();
      const bubble = this.showUnsent(entry);
      this.inOrder(() => this.deliver(entry, bubble));
    }
    if (this.messages.children.length > 1) {
      scrollTo(this.messages.lastElementChild);
    }
  }

  // Links to the form by which a person is reached open it on this page.
  enhance() {
    window.htmx?.process(this.messages);
  }

  restart() {
    this.id = null;
    this.outbox = [];
    this.keep();
    this.messages.replaceChildren(this.welcome);
    document.getElementById("handover").replaceChildren();
    this.restartButton.hidden = true;
    this.say("");
    this.field.focus();
  }

  keep() {
    if (this.id === null) {
      sessionStorage.removeItem(CONVERSATION);
    } else {
      sessionStorage.setItem(CONVERSATION, this.id);
    }
    sessionStorage.setItem(OUTBOX, JSON.stringify(this.outbox));
  }

  address() {
    return `${this.page.pieces}${this.id}/messages`;
  }
}

function request(address, content, language) {
  return send("POST", address, { ...content, language });
}

function send(method, address, content) {
  return fetch(address, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

// The server's HTML is made from templates and cleaned there.
function fragment(html) {
  return document.createRange().createContextualFragment(html);
}

// Characters as the server counts them, not halves of them.
function length(text) {
  return [...text].length;
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    }
    window.addEventListener("online", done);
  });
}

function scrollTo(element) {
  element?.scrollIntoView({ block: "start" });
}

// The form, what is wrong with it, or the receipt: reading goes on where it begins.
document.getElementById("handover")?.addEventListener("htmx:afterSwap", (event) => {
  const begin = event.currentTarget.querySelector("[data-begin]");
  begin?.focus({ preventScroll: true });
  scrollTo(begin);
});

const section = document.getElementById("chat");
if (section !== null) {
  new Chat(section);
}
