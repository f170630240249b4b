// The chat on any page: the element <ankomst-chat>. The server puts before this file what `ANKOMST`
// holds: the texts in all languages, the style sheet, and how long a message may be.

const SCRIPT = document.currentScript.src;
const API = new URL("/api/chat/conversations", SCRIPT).href;
// The same names and forms as on our own front page, whose conversation goes on here.
const CONVERSATION = "ankomst.conversation";
const OUTBOX = "ankomst.outbox";
const RETRY_AFTER_MS = [1000, 2000, 4000, 8000];
const PATIENCE_MS = 40000;
const PHONE = "(max-width: 575px)";
const NAME = "ankomst-chat";

const style = new CSSStyleSheet();
style.replaceSync(ANKOMST.style);

class AnkomstChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot !== null) {
      return;
    }
    this.language = languageOf(this.lang || document.documentElement.lang);
    this.texts = ANKOMST.texts[this.language];
    this.conversation = sessionStorage.getItem(CONVERSATION);
    this.outbox = JSON.parse(sessionStorage.getItem(OUTBOX) ?? "[]");
    this.queue = Promise.resolve();
    this.isRestored = false;
    this.build();
  }

  build() {
    const texts = this.texts;
    this.launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog" }, bubbleIcon(), texts.chat);
    this.restartButton = make("button", { type: "button", class: "plain", hidden: "" }, texts.restart);
    this.closeButton = make("button", { type: "button", class: "plain" }, texts.close);
    this.messages = make("ol", { class: "messages" });
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-labelledby": "title", tabindex: "0" }, this.messages);
    this.status = make("p", { class: "status", role: "status" });
    this.field = make("textarea", { id: "text", rows: "2", autocomplete: "off", enterkeyhint: "send", "aria-describedby": "left" });
    this.left = make("p", { id: "left", class: "left" });
    this.form = make("form", { novalidate: "" },
      make("label", { for: "text" }, texts.question),
      make("div", { class: "line" }, this.field, make("button", { type: "submit", class: "send" }, texts.send)),
      this.left);
    this.dialog = make("dialog", { class: "panel", "aria-labelledby": "title" },
      make("div", { class: "top" }, make("h2", { id: "title" }, texts.chat), this.restartButton, this.closeButton),
      this.log, this.status, this.form);
    this.welcome();

    this.launcher.addEventListener("click", () => this.open());
    this.closeButton.addEventListener("click", () => this.dialog.close());
    this.restartButton.addEventListener("click", () => this.restart());
    this.dialog.addEventListener("close", () => this.onClose());
    this.dialog.addEventListener("keydown", (event) => this.onDialogKey(event));
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.field.addEventListener("keydown", (event) => this.onFieldKey(event));
    this.field.addEventListener("input", () => this.count());

    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    root.append(make("div", { lang: this.language }, this.launcher, this.dialog));
  }

  open() {
    this.launcher.hidden = true;
    if (matchMedia(PHONE).matches) {
      this.dialog.showModal();
    } else {
      this.dialog.show();
    }
    this.field.focus();
    if (!this.isRestored) {
      this.isRestored = true;
      this.inOrder(() => this.restore());
    }
  }

  onClose() {
    this.launcher.hidden = false;
    this.launcher.focus();
  }

  onDialogKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.dialog.close();
    } else if (event.key === "Tab" && this.dialog.matches(":modal")) {
      const stops = [...this.dialog.querySelectorAll("button, textarea, a[href], summary, [tabindex]")].filter((one) => one.checkVisibility());
      const [from, to] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
      if (this.shadowRoot.activeElement === from) {
        event.preventDefault();
        to.focus();
      }
    }
  }

  onFieldKey(event) {
    // Enter sends, Shift and Enter is a new line; Enter that ends a composition does neither.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  onSubmit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    this.field.focus();
    if (text === "") {
      this.say(this.liveTexts.empty);
    } else if (length(text) > ANKOMST.most) {
      this.count();
      this.say(this.left.textContent);
    } else {
      this.field.value = "";
      this.count();
      this.send({ text }, text);
    }
  }

  count() {
    const used = length(this.field.value.trim());
    const over = used > ANKOMST.most;
    this.field.setAttribute("aria-invalid", String(over));
    this.left.classList.toggle("over", over);
    const pattern = over ? this.liveTexts.over : this.liveTexts.left;
    this.left.lang = this.spoken;
    // Counted aloud only when the end is near.
    this.left.textContent = used > ANKOMST.most - 100 ? pattern.replace("{number}", String(Math.abs(ANKOMST.most - used))) : "";
  }

  // The language of the conversation: that of the bot's last message, at first the widget's.
  get spoken() {
    return [...this.messages.querySelectorAll(".bot[lang]")].at(-1)?.lang ?? this.language;
  }

  get liveTexts() {
    return ANKOMST.texts[this.spoken];
  }

  // One thing after the other: a second message waits for the answer to the first.
  inOrder(task) {
    this.queue = this.queue.then(task).catch((error) => {
      this.say(this.liveTexts.failed);
      throw error;
    });
  }

  send(content, label) {
    const entry = { content: { ...content, message_id: newId() }, label };
    this.outbox.push(entry);
    this.keep();
    const item = this.showPerson(label, true);
    scrollTo(item);
    this.inOrder(() => this.deliver(entry, item));
  }

  // Keeps at a message until it is answered or the person has to decide.
  async deliver(entry, item) {
    this.say(this.liveTexts.writing);
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.post(entry).catch(() => null);
      if (response !== null && response.status < 500) {
        await this.showAnswer(response, entry, item);
        return;
      }
      if (attempt === RETRY_AFTER_MS.length) {
        this.offerAgain(entry, item);
        return;
      }
      this.say(this.liveTexts.waiting);
      await pause(RETRY_AFTER_MS[attempt]);
      this.say(this.liveTexts.writing);
    }
  }

  async post(entry) {
    if (this.conversation === null) {
      await this.begin();
    }
    const response = await this.tell(this.address(), entry.content);
    if (response.status !== 404 && response.status !== 410) {
      return response;
    }
    await this.begin();
    return this.tell(this.address(), entry.content);
  }

  async begin() {
    const response = await this.tell(API, {});
    if (!response.ok) {
      throw new Error(`no conversation: ${response.status}`);
    }
    this.conversation = (await response.json()).id;
    this.keep();
  }

  tell(address, content) {
    return this.request(address, { ...content, language: this.language });
  }

  request(address, content, method = "POST") {
    return fetch(address, {
      method,
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }

  async showAnswer(response, entry, item) {
    const { messages = [] } = await response.json();
    const shown = messages.map((message) => this.botMessage(message));
    item.after(...shown);
    if (response.status === 429) {
      this.offerAgain(entry, item);
      return;
    }
    item.classList.toggle("unsent", !response.ok);
    this.settle(entry);
    this.say("");
    scrollTo(item);
  }

  offerAgain(entry, item) {
    const again = make("button", { type: "button", class: "again" }, this.liveTexts.again);
    again.addEventListener("click", () => {
      this.say("");
      this.field.focus();
      this.inOrder(() => this.deliver(entry, item));
    });
    this.status.lang = this.spoken;
    this.status.replaceChildren(this.liveTexts.failed, " ", again);
  }

  // After a reload: what was said, and what was still on its way.
  async restore() {
    const known = new Set();
    if (this.conversation !== null) {
      const response = await fetch(this.address(), { credentials: "omit" }).catch(() => null);
      if (response?.ok) {
        const history = await response.json();
        if (history.ended) {
          this.conversation = null;
        } else {
          this.showHistory(history.messages, known);
        }
      } else if (response?.status === 404) {
        this.conversation = null;
      }
      this.keep();
    }
    for (const entry of [...this.outbox]) {
      if (known.has(entry.content.message_id)) {
        this.settle(entry);
      } else {
        const item = this.showPerson(entry.label, true);
        this.inOrder(() => this.deliver(entry, item));
      }
    }
    scrollTo(this.messages.lastElementChild);
  }

  showHistory(entries, known) {
    entries.forEach((entry, place) => {
      if (entry.who === "bot") {
        this.messages.append(this.botMessage(entry));
      } else if (entries[place + 1]?.who === "bot") {
        known.add(entry.message_id);
        this.showPerson(entry.text, false);
      } else if (!this.outbox.some((one) => one.content.message_id === entry.message_id)) {
        this.showPerson(entry.text, false);
      }
    });
  }

  showPerson(text, isUnsent) {
    const item = make("li", { class: isUnsent ? "person unsent" : "person" },
      make("p", { class: "aside" }, this.texts.you),
      make("div", { class: "bubble" }, make("p", { class: "typed" }, text)));
    this.messages.append(item);
    this.restartButton.hidden = false;
    return item;
  }

  botMessage(message) {
    const texts = ANKOMST.texts[message.language] ?? this.texts;
    const bubble = make("div", { class: "bubble" }, rich(message.text));
    const [first, ...more] = message.sources.map((source) => sourceLine(source, texts, message.language));
    if (first !== undefined) {
      const sources = make("div", { class: "sources" }, make("p", {}, first));
      if (more.length > 0) {
        sources.append(make("details", {}, make("summary", {}, texts.more), make("ul", {}, ...more.map((line) => make("li", {}, line)))));
      }
      bubble.append(sources);
    }
    if (message.form) {
      const address = new URL(message.form, SCRIPT).href;
      bubble.append(make("p", {}, make("a", { href: address }, texts.writeToPerson)));
    }
    bubble.append(...this.buttons(message.buttons.map((button) => [button.label, { payload: button.payload }])));
    if (message.kind === "answer" && message.number !== null) {
      bubble.append(this.rating(message, texts));
    }
    return make("li", { class: "bot", lang: message.language, "data-kind": message.kind },
      make("p", { class: "aside" }, texts.bot), bubble);
  }

  // Whether an answer helped: one press says it, another one says something else.
  rating(message, texts) {
    const said = make("p", { class: "rated", role: "status" });
    const rates = [];
    const rate = (label, isPressed, rating) => {
      const button = make("button", { type: "button", class: "rate", "aria-pressed": String(isPressed) }, label);
      button.addEventListener("click", async () => {
        const address = `${this.address()}/${message.number}/rating`;
        const response = await this.request(address, rating, "PUT").catch(() => null);
        said.textContent = response?.ok ? texts.thanks : texts.notRated;
        if (response?.ok) {
          rates.forEach(([one, its]) => one.setAttribute("aria-pressed", String(its.helped === rating.helped && (its.reason ?? rating.reason) === rating.reason)));
          more.hidden = rating.helped;
        }
      });
      rates.push([button, rating]);
      return button;
    };
    const reasons = Object.entries(texts.reasons).map(([reason, words]) =>
      rate(words, message.unhelpful_reason === reason, { helped: false, reason }));
    const more = make("div", {},
      make("p", {}, texts.whatWasWrong),
      make("ul", { class: "choices", "aria-label": texts.whatWasWrong }, ...reasons.map((one) => make("li", {}, one))),
      ...this.buttons([[texts.person, { text: texts.person }]]));
    more.hidden = message.helped !== false;
    return make("div", { class: "rating", role: "group", "aria-label": texts.didHelp },
      make("p", {}, texts.didHelp),
      rate(texts.yes, message.helped === true, { helped: true }),
      rate(texts.no, message.helped === false, { helped: false }),
      said, more);
  }

  welcome() {
    const examples = this.texts.examples.map((text) => [text, { text }]);
    this.messages.append(make("li", { class: "bot" },
      make("p", { class: "aside" }, this.texts.bot),
      make("div", { class: "bubble" }, make("p", {}, this.texts.welcome), ...this.buttons(examples))));
  }

  buttons(choices) {
    if (choices.length === 0) {
      return [];
    }
    const all = choices.map(([label, content]) => {
      const button = make("button", { type: "button", class: "choice" }, label);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") === "true") {
          return;
        }
        // Not `disabled`: who came here with the keyboard would lose the place.
        all.forEach((one) => one.setAttribute("aria-disabled", "true"));
        this.send(content, label);
        this.inOrder(() => all.forEach((one) => one.removeAttribute("aria-disabled")));
      });
      return button;
    });
    return [make("ul", { class: "choices" }, ...all.map((button) => make("li", {}, button)))];
  }

  restart() {
    this.conversation = null;
    this.outbox = [];
    this.keep();
    this.messages.replaceChildren();
    this.welcome();
    this.restartButton.hidden = true;
    this.say("");
    this.field.focus();
  }

  settle(entry) {
    this.outbox = this.outbox.filter((one) => one !== entry);
    this.keep();
  }

  keep() {
    if (this.conversation === null) {
      sessionStorage.removeItem(CONVERSATION);
    } else {
      sessionStorage.setItem(CONVERSATION, this.conversation);
    }
    sessionStorage.setItem(OUTBOX, JSON.stringify(this.outbox));
  }

  say(text) {
    this.status.lang = this.spoken;
    this.status.replaceChildren(text);
  }

  address() {
    return `${API}/${this.conversation}/messages`;
  }
}

function languageOf(tag) {
  const code = tag.toLowerCase().split("-")[0];
  return code in ANKOMST.texts ? code : "en";
}

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function bubbleIcon() {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  const shape = document.createElementNS(space, "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  shape.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H8l-6 5V5a2 2 0 0 1 2-2z");
  icon.append(shape);
  return icon;
}

function sourceLine(source, texts, language) {
  const line = document.createDocumentFragment();
  line.append(`${texts.source} `, link(source.url, source.title));
  if (source.date !== null) {
    const form = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" });
    line.append(`, ${texts.checked.replace("{date}", form.format(new Date(source.date)))}`);
  }
  return line;
}

function link(address, ...label) {
  return /^(https?:|mailto:|tel:)/.test(address)
    ? make("a", { href: address, rel: "noopener noreferrer" }, ...label)
    : make("span", {}, ...label);
}

// The Markdown of the chat: paragraphs, lists, bold, links, line breaks. Nothing else has a meaning.
function rich(text) {
  const out = document.createDocumentFragment();
  let lists = [];
  let open = null;
  let afterBlank = true;
  for (const line of text.split("\n")) {
    const found = /^( *)(?:-|(\d+)\.) +(.*)$/.exec(line);
    const isItem = found !== null && (open === null || lists.length > 0 || found[2] === undefined || found[2] === "1");
    if (line.trim() === "") {
      afterBlank = true;
    } else if (isItem) {
      open = addItem(out, lists, found);
      afterBlank = false;
    } else if (open !== null && !afterBlank) {
      open.append(make("br", {}), ...inline(line.trim()));
    } else {
      const indent = line.length - line.trimStart().length;
      lists = lists.filter((list) => indent > list.indent + 1);
      open = make("p", {}, ...inline(line.trim()));
      (lists.at(-1)?.element.lastElementChild ?? out).append(open);
      afterBlank = false;
    }
  }
  return out;
}

function addItem(out, lists, [, spaces, number, text]) {
  const indent = spaces.length;
  const name = number === undefined ? "UL" : "OL";
  while (lists.length > 0 && indent < lists.at(-1).indent) {
    lists.pop();
  }
  if (lists.length > 0 && indent < lists.at(-1).indent + 2 && lists.at(-1).element.tagName !== name) {
    lists.pop();
  }
  if (lists.length === 0 || indent >= lists.at(-1).indent + 2) {
    const element = make(name, number === undefined || number === "1" ? {} : { start: number });
    (lists.at(-1)?.element.lastElementChild ?? out).append(element);
    lists.push({ indent, element });
  }
  const item = make("li", {}, ...inline(text));
  lists.at(-1).element.append(item);
  return item;
}

const MARKS = /\*\*(.+?)\*\*|\[([^\]]+)\]\(([^\s()]+)\)|(https:\/\/[^\s<>()"]*[^\s<>()".,;:!?])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(\+45(?: ?\d{2}){4})(?!\d)/g;

function inline(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(MARKS)) {
    const [all, bold, label, address, web, mail, phone] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + all.length;
    if (bold !== undefined) {
      parts.push(make("strong", {}, ...inline(bold)));
    } else if (label !== undefined) {
      parts.push(link(address, label.replaceAll("**", "")));
    } else {
      parts.push(link(web ?? (mail ? `mailto:${mail}` : `tel:${phone.replaceAll(" ", "")}`), all));
    }
  }
  return [...parts, text.slice(end)];
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
  const log = element?.closest(".log");
  if (log) {
    log.scrollTop += element.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  }
}

if (customElements.get(NAME) === undefined) {
  customElements.define(NAME, AnkomstChat);
}
// One script tag is enough: where the page has no element of its own, one is added.
function addWhereMissing() {
  if (document.querySelector(NAME) === null) {
    document.body.append(document.createElement(NAME));
  }
}
if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", addWhereMissing);
} else {
  addWhereMissing();
}
