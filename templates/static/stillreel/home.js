/* Photos on the home page go up one after the other, each with its own answer; without this script the form does it. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  const form = document.getElementById("drop");
  if (!form) return;
  const input = form.elements.photo;
  const list = form.querySelector("[data-photos]");
  const button = form.querySelector("[data-make]");
  const onward = form.querySelector("[data-onward]");
  const most = Number(form.dataset.most);
  const label = button.textContent;
  let photos = []; // {file, row, state}: waiting, sending, made, refused
  let busy = false;

  form.classList.add("sr-scripted");
  input.hasChangeListener = true; // unfold's script would write the file's name into somebody's words
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const say = (text) => { form.querySelector("[data-said]").textContent = text; };
  const open = () => photos.filter((photo) => photo.state !== "made");
  const made = () => photos.filter((photo) => photo.state === "made");

  function take(files) {
    const room = most - photos.length;
    for (const file of [...files].slice(0, room)) photos.push({ file, row: addRow(file), state: "waiting" });
    say(files.length > room ? form.dataset.saidMany : "");
    show();
  }

  function addRow(file) {
    const row = document.createElement("li");
    const image = Object.assign(document.createElement("img"), { className: "sr-thumb", alt: "", width: 64, height: 64 });
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    image.addEventListener("error", () => image.removeAttribute("src"), { once: true });
    const name = Object.assign(document.createElement("span"), { textContent: file.name });
    const out = Object.assign(document.createElement("button"), { type: "button", className: "sr-button sr-quiet", textContent: form.dataset.saidLeaveOut });
    out.setAttribute("aria-label", `${form.dataset.saidLeaveOut}: ${file.name}`);
    out.addEventListener("click", () => {
      photos = photos.filter((photo) => photo.row !== row);
      row.remove();
      show();
      (list.querySelector("button") ?? input).focus();
    });
    row.append(image, name, out);
    list.append(row);
    return row;
  }

  function show() {
    form.toggleAttribute("data-full", photos.length > 0);
    const count = open().length;
    button.textContent = count > 1 || made().length ? fill(form.dataset.saidMake, { count }) : label;
    button.disabled = busy || count === 0;
    for (const out of list.querySelectorAll("button")) out.hidden = busy;
  }

  function mark(photo, state, sentence = "") {
    photo.state = state;
    photo.row.dataset.state = state;
    photo.row.querySelector(".sr-error")?.remove();
    if (state === "made") photo.row.querySelector("button")?.remove();
    if (!sentence) return;
    photo.row.append(Object.assign(document.createElement("span"), { className: "sr-error", textContent: sentence }));
  }

  async function send(photo, alone) {
    const sent = new FormData(form);
    sent.delete("photo");
    sent.set("photo", photo.file);
    sent.set("number", photos.indexOf(photo) + 1);
    if (alone) sent.set("alone", "yes");
    mark(photo, "sending");
    try {
      const answer = await fetch(form.dataset.one, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
      if (answer.headers.get("HX-Refresh")) return window.location.reload();
      const told = await answer.json();
      if (!answer.ok) return mark(photo, "refused", told.error);
      photo.address = told.address;
      return mark(photo, "made");
    } catch {
      return mark(photo, "refused", form.dataset.saidLost);
    }
  }

  async function makeAll() {
    busy = true;
    const alone = photos.length === 1;
    for (const photo of open()) {
      say(fill(form.dataset.saidCount, { done: made().length, count: photos.length }));
      show();
      await send(photo, alone);
    }
    busy = false;
    show();
    const [first] = made();
    if (first && !open().length) {
      say(fill(form.dataset.saidAll, { count: photos.length }));
      photos = [];
      window.location.assign(first.address);
      return;
    }
    say(fill(form.dataset.saidSome, { done: made().length, count: photos.length }));
    if (first) onward.querySelector("a").href = first.address;
    onward.hidden = !first;
  }

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy && open().length) makeAll();
  });

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  function dragging(step) {
    depth = Math.max(0, step ? depth + step : 0);
    form.toggleAttribute("data-dropping", depth > 0);
  }
  document.addEventListener("dragenter", (event) => holdsFiles(event) && dragging(1));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && dragging(-1));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    dragging(0);
    if (!busy) take(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || busy) return;
    event.preventDefault();
    take(files);
  });
  window.addEventListener("beforeunload", (event) => {
    if (busy || open().length) event.preventDefault(); // the photos are nowhere else
  });
  show();
});

/* Many products: a box for all scenes of one, and for everything. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  const form = document.getElementById("many");
  if (!form) return;
  const boxes = (root) => [...root.querySelectorAll("[name=scene]")];

  function follow(item) {
    const all = item.querySelector("[data-all]");
    if (!all) return;
    const mine = boxes(item);
    const ticked = mine.filter((box) => box.checked).length;
    all.hidden = false;
    all.checked = ticked > 0 && ticked === mine.length;
    all.indeterminate = ticked > 0 && ticked < mine.length;
  }

  function followAll() {
    for (const item of form.querySelectorAll(".sr-item")) follow(item);
  }

  function tick(root, checked) {
    for (const box of boxes(root)) box.checked = checked;
  }

  form.addEventListener("change", (event) => {
    const item = event.target.closest(".sr-item");
    if (item && event.target.matches("[data-all]")) tick(item, event.target.checked);
    if (item) follow(item);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick]");
    if (!button) return;
    tick(form, button.dataset.tick === "all");
    followAll();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("htmx:afterSettle", followAll);
  form.querySelector("[data-tick-all]")?.toggleAttribute("hidden", false);
  followAll();
});
