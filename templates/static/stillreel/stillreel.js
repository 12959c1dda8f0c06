/* The few things that neither HTML nor htmx can do: calm for who asked for it, and no purchase of unsaved words. */
(() => {
  "use strict";

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  // A browser starts only the films that are in view, and those also for people who asked for less motion.
  function startFilms(root) {
    for (const film of root.querySelectorAll("video[autoplay]")) {
      film.autoplay = false;
      if (calm.matches) film.pause();
      else film.play().catch(() => {});
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    startFilms(document);
    // unfold writes the name of a chosen file into the nearest text field, which here is somebody's words.
    for (const input of document.querySelectorAll(".sr-form input[type=file]")) input.hasChangeListener = true;
  });
  document.addEventListener("htmx:load", (event) => startFilms(event.target));

  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (!question || window.confirm(question)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);  // before htmx hears of it

  // Practice: a word that steers the sandbox goes into the prompt that was edited last, else into the first one.
  let lastPrompt = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".sr-words [name=prompt]")) lastPrompt = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-steer]");
    const prompt = document.contains(lastPrompt) ? lastPrompt : document.querySelector(".sr-words [name=prompt]");
    if (!button || !prompt) return;
    prompt.value = `${prompt.value.trimEnd()} ${button.dataset.steer}`.trimStart();
    for (const news of ["input", "change"]) prompt.dispatchEvent(new Event(news, { bubbles: true }));
    const status = document.getElementById("steered");
    const words = { word: button.dataset.steer, scene: prompt.form.elements.title.value };
    status.textContent = status.dataset.added.replace(/%\((\w+)\)s/g, (_, name) => words[name]);
  });

  // Spending: a purchase without an answer may be repeated, since nothing is ever bought twice.
  for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(trouble, (event) => {
      if (event.detail.elt.id === "approval") document.getElementById("no-answer").hidden = false;
    });
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "approval") return;
    document.getElementById("no-answer").hidden = true;
    window.htmx.trigger("#price", "htmx:abort"); // its answer would cover what became of the purchase
  });
})();

/* Storyboard: words save themselves on leaving a field, and nothing is bought before they are saved. */
(() => {
  "use strict";

  const WORDS = "form[data-words]";
  const sending = new Set(); // forms whose words are on their way
  let purchase = null; // what was pressed while words were not saved yet

  const fieldsOf = (form) => ["title", "description", "prompt"].map((name) => form.elements[name]);
  // An untouched field is not sent, so that it cannot undo what a colleague does to it.
  const isChanged = (field) => field.value !== field.defaultValue || field.hasAttribute("data-mine");
  const isUnsaved = (form) => fieldsOf(form).some(isChanged);
  const unsavedForms = () => [...document.querySelectorAll(WORDS)].filter((form) => sending.has(form) || isUnsaved(form));
  // Who asked; what an answer replaces is no longer the event's own element.
  const askerOf = (event) => event.detail.requestConfig?.elt ?? event.detail.elt;
  const isWords = (event) => askerOf(event).matches(WORDS) || askerOf(event).name === "over";
  const formOf = (event) => askerOf(event).closest(WORDS);

  function say(form, sentence) {
    const field = fieldsOf(form).find(isChanged) ?? fieldsOf(form)[0];
    const words = Object.assign(document.createElement("span"), { className: "sr-error", textContent: sentence });
    document.getElementById(field.getAttribute("aria-describedby")).replaceChildren(words);
  }

  document.addEventListener("htmx:configRequest", (event) => {
    if (!isWords(event) || event.detail.verb !== "post") return;
    const form = formOf(event);
    const changed = fieldsOf(form).filter(isChanged);
    if (!changed.length) event.preventDefault();
    for (const field of fieldsOf(form)) if (!changed.includes(field)) delete event.detail.parameters[field.name];
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isWords(event)) sending.add(formOf(event));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isWords(event)) return;
    const form = formOf(event);
    sending.delete(form);
    if (!event.detail.successful) say(form, form.dataset.notSaved);
    else if (form.isConnected) keep(form, event.detail.requestConfig.formData);
    window.setTimeout(goOn); // a save that waited for this one begins first
  });

  // What this page has seen moves on with its own edits: the box to tick and the retake button name it.
  function keep(form, sent) {
    const { outcome, seen } = form.querySelector(".sr-state").dataset;
    for (const field of fieldsOf(form)) {
      if (outcome === "saved" && sent.has(field.name)) field.defaultValue = sent.get(field.name);
      markRefusal(field);
    }
    showCleaned(form, sent);
    const [id] = seen.split(":");
    const [box, retake] = [document.getElementById(`scene-${id}`), document.getElementById(`retake-${id}`)];
    if (box) box.value = seen; // who may not buy has neither
    if (retake) retake.elements.seen.value = seen;
  }

  // What was taken out of a prompt is gone from its field too, unless its writer has gone on meanwhile.
  function showCleaned(form, sent) {
    const cleaned = form.querySelector("[data-cleaned]");
    const { prompt } = form.elements;
    if (!cleaned || prompt.value !== sent.get("prompt")) return;
    prompt.value = prompt.defaultValue = cleaned.value;
  }

  // Advice follows what is saved. Who is writing is left alone, and what reads the same keeps its buttons.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (!target.classList.contains("sr-findings")) return;
    const form = target.closest(WORDS);
    const isBeingWritten = form && isUnsaved(form) && !sending.has(form);
    if (isBeingWritten || fragment.textContent.trim() === target.textContent.trim()) event.detail.shouldSwap = false;
  });

  function markRefusal(field) {
    const said = document.getElementById(field.getAttribute("aria-describedby"));
    field.toggleAttribute("aria-invalid", false);
    if (said.querySelector(".sr-error")) field.setAttribute("aria-invalid", "true");
  }

  document.addEventListener("input", (event) => {
    const said = event.target.closest(WORDS) && document.getElementById(event.target.getAttribute("aria-describedby"));
    if (said?.querySelector(".sr-saved")) said.innerHTML = "";
  });

  // Buying waits until every word is saved; if one cannot be, nothing is bought and its field says why.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id !== "approval" && !form.id.startsWith("retake-")) return;
    const unsaved = unsavedForms();
    if (!unsaved.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    purchase = { form: form.id, button: event.submitter };
    for (const words of unsaved) if (!sending.has(words)) words.requestSubmit();
  }, true);

  function goOn() {
    if (!purchase || sending.size) return;
    const { form: id, button } = purchase;
    const form = document.getElementById(id);
    const [unsaved] = unsavedForms();
    purchase = null;
    if (unsaved) {
      const field = fieldsOf(unsaved).find(isChanged);
      if (unsaved.querySelector(".sr-state").dataset.outcome === "saved") say(unsaved, form.dataset.unsavedNotice ?? "");
      field.focus();
      return;
    }
    const pressed = button?.isConnected ? button : form.querySelector("#make");
    form.requestSubmit(pressed);
  }

  window.addEventListener("beforeunload", (event) => {
    if (unsavedForms().length) event.preventDefault();
  });

  // A writing whose answer got lost is looked for again; whoever is at it by then is not disturbed.
  for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(trouble, (event) => {
      const form = askerOf(event);
      if (!form.matches("#writing form")) return;
      form.querySelector("[role=status]").textContent = form.dataset.trouble;
      window.setTimeout(() => form.isConnected && form.requestSubmit(), 5000);
    });
  }

  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".sr-banner").remove();
  });

  // Other scenes, or the same from another hand: the price and the button's words follow.
  const REPRICES = ["write-again", "new-scene"];
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful, requestConfig } = event.detail;
    const elt = askerOf(event);
    if (!successful || requestConfig.verb !== "post" || purchase || sending.size) return;
    const isOurs = elt.closest(".sr-words") || REPRICES.includes(elt.id) || elt.closest("#new-scene");
    if (!isOurs) return;
    if (held) isPriceOld = true;
    else reprice();
  });

  function reprice() {
    window.htmx.trigger(document.body, "reprice");
  }

  // Pressing the button leaves the field, which saves its words; were the button replaced then, the press would be lost.
  let held = null;
  let isPriceOld = false;
  document.addEventListener("pointerdown", (event) => {
    held = event.target.closest("#make");
  }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => window.setTimeout(() => {
      const isBuying = purchase || held?.disabled;
      held = null;
      if (isPriceOld && !isBuying) reprice();
      isPriceOld = false;
    }), true);
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!held || event.detail.target.id !== "spending" || event.detail.requestConfig.verb !== "get") return;
    event.detail.shouldSwap = false;
    isPriceOld = true;
  });
})();

/* Takes: the cards in progress ask together, come back by themselves after a lost connection, and leave films alone. */
(() => {
  "use strict";

  const PACE = { seen: 2000, hidden: 15000, slowest: 30000 }; // milliseconds between two looks
  let timer = 0;
  let asking = false;
  let failures = 0;

  const inProgress = () => [...document.querySelectorAll(".sr-card[data-live]")];
  const isLook = (event) => event.detail.elt?.id === "live";

  function pace() {
    if (failures) return Math.min(PACE.seen * 2 ** failures, PACE.slowest);
    return document.hidden ? PACE.hidden : PACE.seen;
  }

  function lookIn(time) {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, time);
  }

  function look() {
    if (asking || !document.getElementById("live") || !inProgress().length) return;
    window.htmx.trigger("#live", "look");
  }

  document.addEventListener("DOMContentLoaded", () => lookIn(0));
  document.addEventListener("htmx:load", () => inProgress().length && !asking && lookIn(pace()));
  document.addEventListener("visibilitychange", () => document.hidden || lookIn(0));
  window.addEventListener("online", () => lookIn(0));

  document.addEventListener("htmx:configRequest", (event) => {
    if (!isLook(event)) return;
    const shown = inProgress().slice(0, 60).map((card) => `${card.id.slice("video-".length)}:${card.dataset.live}`);
    event.detail.parameters.cards = shown.join(",");
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLook(event)) asking = true;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isLook(event)) return;
    asking = false;
    failures = event.detail.successful ? 0 : failures + 1;
    const place = document.getElementById("connection");
    const words = failures ? place.dataset.lost : "";
    if (place.textContent !== words) place.textContent = words;
    lookIn(pace());
  });

  // A card that is on the page already stays as it is: two answers may bring the same new take.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!event.detail.target.classList.contains("sr-takes")) return;
    for (const card of event.detail.fragment.querySelectorAll(".sr-card")) {
      if (document.getElementById(card.id)) card.remove();
    }
  });

  // Comparing: all films of a scene side by side, and together in time.
  const compared = (film) => [...(film.closest(".sr-comparing")?.querySelectorAll("video") ?? [])].filter((other) => other !== film);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-compare]");
    if (!button) return;
    const compares = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", compares);
    const row = button.closest(".sr-row");
    row.classList.toggle("sr-comparing", compares);
    for (const film of compares ? row.querySelectorAll("video") : []) {
      film.currentTime = 0;
      film.play().catch(() => {});
    }
  });
  document.addEventListener("play", (event) => {
    for (const other of compared(event.target)) if (other.paused) other.play().catch(() => {});
  }, true);
  document.addEventListener("pause", (event) => {
    for (const other of compared(event.target)) if (!other.paused) other.pause();
  }, true);
  document.addEventListener("seeked", (event) => {
    const at = event.target.currentTime;
    if (at < 0.3) return; // a film that begins again by itself
    for (const other of compared(event.target)) if (Math.abs(other.currentTime - at) > 0.2) other.currentTime = at;
  }, true);
})();

/* Photos: dropped anywhere, shown at once in the shape they will have, judged before they are uploaded. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  const rules = JSON.parse(document.getElementById("photo-rules")?.textContent || "null");
  const say = (sentence, values) => rules.words[sentence].replace(/\{(\w+)\}/g, (_, key) => values[key]);

  // The shape: CSS does the padding and cropping; only colours and the place of the crop are set from here.

  function followFraming(root) {
    const field = (name) => root.querySelector(`[name="${name}"]`);
    root.style.setProperty("--ground", field("colour").value);
    root.style.setProperty("--at", `${field("shift").value}%`);
  }

  document.addEventListener("input", (event) => {
    const root = event.target.closest(".sr-framing");
    if (!root || !["shape", "fill", "colour", "shift"].includes(event.target.name)) return;
    followFraming(root);
    for (const drop of root.querySelectorAll(".sr-drop")) showJudgement(drop);
  });

  document.addEventListener("click", (event) => {
    const swatch = event.target.closest("[data-colour]");
    if (!swatch) return;
    const root = swatch.closest(".sr-framing");
    root.querySelector("[name=colour]").value = swatch.dataset.colour;
    followFraming(root);
  });

  // What the borders of a photo look like, and whether something is seen through it.
  function look(root, drop, image) {
    const side = 48;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0, side, side);
    const { data } = pen.getImageData(0, 0, side, side);
    const edge = [[], [], []];
    let seeThrough = false;
    for (let at = 0; at < side * side; at += 1) {
      if (data[4 * at + 3] < 250) seeThrough = true;
      const [x, y] = [at % side, Math.floor(at / side)];
      if (x % (side - 1) && y % (side - 1)) continue;
      for (let part = 0; part < 3; part += 1) edge[part].push(data[4 * at + part]);
    }
    const middle = (values) => values.sort((one, other) => one - other)[values.length >> 1];
    const colour = `#${edge.map((values) => middle(values).toString(16).padStart(2, "0")).join("")}`;
    drop.toggleAttribute("data-see-through", seeThrough);
    root.toggleAttribute("data-transparent", Boolean(root.querySelector("[data-see-through]")));
    if (drop.matches(".sr-one .sr-drop")) return; // the swatch is of the photo that is shown large
    const swatch = root.querySelector("[data-colour]:not([data-colour='#ffffff'])");
    swatch.hidden = seeThrough;
    swatch.dataset.colour = colour;
    swatch.style.setProperty("--swatch", colour);
  }

  for (const details of document.querySelectorAll("details.sr-framing")) {
    details.addEventListener("toggle", () => {
      const image = details.querySelector(".sr-frame img");
      image.decode().then(() => look(details, image.parentElement, image)).catch(() => {});
    });
  }

  const page = document.querySelector("[data-drop-photos]");
  if (!page || !rules) return;

  // What is wrong with a photo, as the server will see it; what cannot be known here is left to the server.

  const matches = (text, { pattern, any_case: anyCase }) => new RegExp(`^(?:${pattern})`, anyCase ? "is" : "s").test(text);

  async function judgeKind(file) {
    const values = { name: file.name };
    if (!file.size) return say("empty", values);
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 8192).arrayBuffer()));
    if (!rules.taken.some((pattern) => matches(head, { pattern }))) {
      const sign = rules.signs.find((known) => matches(head, known));
      const kind = sign ? sign.kind : rules.suffixes[file.name.split(".").pop().toLowerCase()];
      return kind ? say("foreign", { ...values, kind }) : say("unreadable", values);
    }
    return file.size > rules.limits.bytes ? say("heavy", values) : "";
  }

  function judgeSize(drop) {
    const [width, height] = (drop.dataset.size || "0:0").split(":").map(Number);
    const values = { name: drop.dataset.name, width, height };
    const { limits } = rules;
    if (!width) return "";
    if (width * height > limits.pixels) return say("pixels", values);
    if (Math.min(width, height) < limits.side) return say("small", values);
    const shape = page.querySelector("[name=shape]:checked")?.value || "photo";
    const ratio = Math.max(width, height) / Math.min(width, height);
    if (shape === "photo") return ratio > limits.ratio ? say("long", values) : "";
    if (ratio > limits.framed) return say("framed", values);
    return page.querySelector("[name=fill]:checked")?.value === "crop" ? judgeCrop(values, shape) : "";
  }

  function judgeCrop({ name, width, height }, shape) {
    const [wide, high] = shape.split(":").map(Number);
    const scale = Math.min(1, 2048 / Math.max(width, height));
    const part = Math.min(width / wide, height / high) * scale;
    const left = { name, shape, width: Math.round(part * wide), height: Math.round(part * high) };
    return Math.min(left.width, left.height) < rules.limits.side ? say("crop", left) : "";
  }

  function showJudgement(drop) {
    const place = drop.querySelector("[data-judgement]");
    if (!place) return;
    const sentence = drop.dataset.trouble || judgeSize(drop);
    if (place.textContent !== sentence) place.textContent = sentence;
    place.hidden = !sentence;
    drop.toggleAttribute("data-wrong", Boolean(sentence));
  }

  // Showing a photo.

  async function showPhoto(drop, file) {
    forgetPhoto(drop);
    drop.photo = file; // a slow answer about an earlier choice is left unsaid
    drop.dataset.name = file.name;
    drop.querySelector(".sr-file").textContent = file.name;
    drop.closest("form").querySelector("[data-refusal]")?.remove(); // said of the photo before this one
    const trouble = await judgeKind(file);
    if (drop.photo !== file) return;
    drop.dataset.trouble = trouble;
    if (!trouble) await showPicture(drop, file);
    if (drop.photo === file) showJudgement(drop);
  }

  function forgetPhoto(drop) {
    const image = drop.querySelector(".sr-frame img");
    if (image.src) URL.revokeObjectURL(image.src);
    Object.assign(drop.dataset, { size: "", trouble: "" });
    drop.querySelector(".sr-frame").hidden = true;
    drop.querySelector(".sr-file").textContent = "";
    drop.removeAttribute("data-shown");
    showJudgement(drop);
  }

  async function showPicture(drop, file) {
    const frame = drop.querySelector(".sr-frame");
    const image = frame.querySelector("img");
    image.src = URL.createObjectURL(file);
    try {
      await image.decode();
    } catch {
      if (drop.photo === file) drop.querySelector(".sr-file").textContent = say("damaged", { name: file.name });
      return;
    }
    if (drop.photo !== file) return;
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    drop.dataset.size = `${width}:${height}`;
    frame.style.setProperty("--own", width / height);
    frame.hidden = false;
    drop.querySelector(".sr-file").textContent = say("size", { name: file.name, width, height });
    drop.toggleAttribute("data-shown", true);
    look(page, drop, image);
  }

  function nameOf(file) {
    return file.name.replace(/\.[^.]+$/, "").replace(/[_\s-]+/g, " ").trim().slice(0, 200);
  }

  // A camera's numbering says nothing about the product.
  const NUMBERED = /^(img|mvimg|dsc[fn]?|pxl|image|photo|foto|screenshot|signal|whatsapp image)?[\s\d.,():]*(at[\s\d.,():]*)?$/i;
  const isNumbered = (name) => NUMBERED.test(name);

  // One photo, or several: each of several has a row of its own.

  const mainInput = () => document.getElementById("id_photo");
  const several = document.getElementById("several");
  const rows = several.querySelector("[data-rows]");
  const openRows = () => [...rows.querySelectorAll("form")];
  const words = { one: "", count: 0 };
  let named = "";

  function give(input, file) {
    const kept = new DataTransfer();
    if (file) kept.items.add(file);
    input.files = kept.files;
  }

  function takeFiles(files) {
    if (!files.length) return;
    if (files.length === 1 && !page.hasAttribute("data-several")) return takeOne(files[0]);
    const first = mainInput().dataset.single && mainInput().files.length === 1 ? [mainInput().files[0]] : [];
    const all = page.hasAttribute("data-several") ? files : [...first.filter((file) => !files.includes(file)), ...files];
    for (const file of all) addRow(file);
    showPhoto(document.getElementById("photo-drop"), all[0]);
    give(mainInput(), null);
    countRows();
  }

  function takeOne(file) {
    give(mainInput(), file);
    mainInput().dataset.single = "true";
    showPhoto(document.getElementById("photo-drop"), file);
    const field = document.getElementById("id_name");
    if (field.value && field.value !== named) return;
    named = isNumbered(nameOf(file)) ? "" : nameOf(file);
    field.value = named;
  }

  function addRow(file) {
    words.count += 1;
    const holder = document.createElement("div");
    holder.innerHTML = document.getElementById("one-of-several").innerHTML.replaceAll("__row__", words.count);
    const row = holder.querySelector("form");
    const input = row.querySelector("[type=file]");
    input.hasChangeListener = true; // unfold's script would write the file's name into somebody's words
    give(input, file);
    row.querySelector("[name=name]").value = nameOf(file);
    rows.append(row);
    window.htmx.process(row);
    showPhoto(row.querySelector(".sr-drop"), file);
  }

  function countRows() {
    const count = openRows().length;
    const made = rows.querySelectorAll("[data-made]").length;
    page.toggleAttribute("data-several", count + made > 0);
    several.hidden = count + made === 0;
    const button = page.querySelector("#new-product .sr-primary");
    words.one ||= button.textContent;
    button.textContent = count + made ? say("make", { count }) : words.one;
    button.disabled = false;
    page.toggleAttribute("data-all-made", made > 0 && count === 0);
  }

  // Sending several: one after the other; each answer takes the place of its row.

  async function makeAll() {
    const button = page.querySelector("#new-product .sr-primary");
    button.disabled = true;
    for (const row of openRows()) {
      if (row.querySelector("[data-wrong]")) continue;
      tally("made");
      await send(row);
    }
    countRows();
    tally(openRows().length ? "left" : "all");
    (rows.querySelector(".sr-error:not([hidden])")?.closest("form")?.querySelector("[name=name]") ?? rows.querySelector("a"))?.focus();
  }

  async function send(row) {
    const target = `#${row.id}`;
    try {
      await window.htmx.ajax("POST", row.action, { source: row, target, swap: "outerHTML" });
    } catch {
      // The request's own event says that there is no connection.
    }
  }

  function tally(sentence) {
    const made = rows.querySelectorAll("[data-made]").length;
    several.querySelector("[data-tally]").textContent = say(sentence, { done: made, count: made + openRows().length });
  }

  // Events.

  mainInput().multiple = true;
  mainInput().hasChangeListener = true;
  followFraming(page);

  page.addEventListener("change", (event) => {
    if (event.target !== mainInput()) return;
    const files = [...event.target.files];
    if (files.length) takeFiles(files);
  });

  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-leave-out]");
    if (!button) return;
    button.closest("form").remove();
    countRows();
    if (rows.children.length) tally(openRows().length ? "made" : "all");
    const next = openRows()[0]?.querySelector("[type=file]").files[0];
    const large = document.getElementById("photo-drop");
    if (next) showPhoto(large, next);
    else forgetPhoto(large);
  });

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  function dragging(step) {
    depth = Math.max(0, step ? depth + step : 0);
    page.toggleAttribute("data-dropping", depth > 0);
  }
  document.addEventListener("dragenter", (event) => holdsFiles(event) && dragging(1));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && dragging(-1));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    dragging(0);
    takeFiles([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    takeFiles(files);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const sendsSeveral = form.id === "new-product" && page.hasAttribute("data-several");
    const wrong = form.id === "new-product" && form.querySelector("[data-wrong]");
    const isRow = form.parentElement === rows;
    if (!sendsSeveral && !wrong && !isRow) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (sendsSeveral || isRow) makeAll();
    else mainInput().focus();
  }, true);

  page.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector(".sr-progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = event.detail.loaded / event.detail.total;
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const bar = event.target.querySelector?.(".sr-progress");
    if (bar) bar.hidden = true;
  });
  page.addEventListener("htmx:beforeRequest", (event) => {
    for (const drop of event.target.querySelectorAll(".sr-drop")) showJudgement(drop);
  });
  for (const [trouble, sentence] of [["htmx:sendError", "connection"], ["htmx:responseError", "trouble"]]) {
    page.addEventListener(trouble, (event) => {
      const place = event.target.querySelector("[data-judgement]");
      if (!place) return;
      place.textContent = say(sentence, {});
      place.hidden = false;
    });
  }

  window.addEventListener("beforeunload", (event) => {
    if (openRows().length) event.preventDefault(); // the rows are nowhere else
  });
});

// Times are shown in the viewer's own zone, which only the browser knows; the next page has them right.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`timezone=${zone}`)) {
    document.cookie = `timezone=${zone}; path=/; max-age=31536000; samesite=lax`;
  }
})();

/* Copying a text into the clipboard, or marking it where the browser does not allow that. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    if (!document.execCommand("copy")) return;
  }
  button.parentElement.querySelector("[data-copied]").textContent = button.dataset.done;
});

// Links to share: one press copies, and the button says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const field = button.closest("li").querySelector("[readonly]");
    field.select(); // no clipboard without https
    document.execCommand("copy");
  }
  button.textContent = button.dataset.copied;
});
