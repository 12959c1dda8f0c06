/* The library: a poster plays while it is looked at, opens the large player, and can be ticked with others. */
(() => {
  "use strict";

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const filmOf = (event) => (event.target.closest ? event.target.closest("a[data-film]") : null);

  // One film at a time: the same element moves from poster to poster.
  let hover = null;

  function playOn(link) {
    if (calm.matches || !link || hover?.parentElement === link) return;
    stopHover();
    hover = document.getElementById("hover-film").content.firstElementChild.cloneNode(true);
    hover.src = link.dataset.film;
    link.append(hover);
    hover.play().catch(() => {});
  }

  function stopHover() {
    const film = hover;
    if (!film) return;
    hover = null;
    film.pause();
    film.removeAttribute("src");
    film.load(); // what was not read yet is not read any more
    film.remove();
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") playOn(filmOf(event));
  });
  document.addEventListener("pointerout", (event) => {
    const link = filmOf(event);
    if (link && !link.contains(event.relatedTarget)) stopHover();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("a[data-film]:focus-visible")) playOn(event.target);
  });
  document.addEventListener("focusout", (event) => filmOf(event) && stopHover());

  // The large player.

  const films = () => [...document.querySelectorAll("a[data-film]")];
  let shown = null;

  function show(link) {
    const player = document.getElementById("player");
    const video = player.querySelector("video");
    stopHover();
    shown = link;
    player.querySelector("#player-title").textContent = link.dataset.title;
    player.querySelector("[data-facts]").textContent = link.dataset.facts;
    player.querySelector("[data-download]").href = `${link.dataset.film}?download=1`;
    player.querySelector("[data-take]").href = link.href;
    player.querySelector("[data-share-place]").replaceChildren();
    const share = player.querySelector("button[data-share]");
    if (share) share.hidden = !link.dataset.share;
    video.poster = link.querySelector("img").src;
    video.src = link.dataset.film;
    video.setAttribute("aria-label", link.dataset.title);
    if (!player.open) player.showModal();
    if (!calm.matches) video.play().catch(() => {});
    const all = films();
    for (const button of player.querySelectorAll("[data-step]")) {
      button.disabled = !all[all.indexOf(link) + Number(button.dataset.step)];
    }
  }

  function step(by) {
    const all = films();
    const next = all[all.indexOf(shown) + by];
    if (next) show(next);
  }

  document.addEventListener("click", (event) => {
    const link = filmOf(event);
    const other = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link && !other && event.button === 0) {
      event.preventDefault();
      show(link);
      return;
    }
    const player = event.target.closest("#player");
    if (!player) return;
    if (event.target === player) player.close(); // beside it
    const button = event.target.closest("button");
    if (button?.dataset.step) step(Number(button.dataset.step));
    if (button?.matches("[data-share]")) {
      const target = player.querySelector("[data-share-place]");
      window.htmx.ajax("GET", shown.dataset.share, { target, swap: "innerHTML" });
    }
  });

  document.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !shown || event.target.matches("input, select, textarea")) return;
    event.preventDefault(); // a focused film would jump
    step(by);
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    const player = document.getElementById("player");
    player?.addEventListener("close", () => {
      const video = player.querySelector("video");
      video.pause();
      video.removeAttribute("src");
      video.load();
      shown?.focus();
      shown = null;
    });
  });

  // Ticking: the whole page, or from one to another with shift.

  const boxes = () => [...document.querySelectorAll("#selection [name=video]")];
  let last = null;

  function tell() {
    const form = document.getElementById("selection");
    if (!form) return;
    const all = boxes();
    const count = all.filter((box) => box.checked).length;
    form.querySelector("[data-count]").textContent = count;
    const page = form.querySelector("[data-select-page]");
    if (!page) return;
    page.checked = count > 0 && count === all.length;
    page.indeterminate = count > 0 && count < all.length;
  }

  document.addEventListener("click", (event) => {
    if (!event.target.matches("#selection [name=video]")) return;
    const all = boxes();
    if (event.shiftKey && last && document.contains(last)) {
      const ends = [all.indexOf(last), all.indexOf(event.target)].sort((one, other) => one - other);
      for (const box of all.slice(ends[0], ends[1] + 1)) box.checked = event.target.checked;
    }
    last = event.target;
    tell();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-page]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.closest("#selection")) tell();
    const form = event.target.closest("[data-filters]");
    if (form && event.target.matches("select, [type=date]")) form.requestSubmit();
  });
  document.addEventListener("reset", () => window.setTimeout(tell));
  window.addEventListener("pageshow", tell); // a browser that goes back keeps the ticks

  // What is not chosen is not in the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    const empty = [...event.target.elements].filter((field) => field.name && !field.value);
    for (const field of empty) field.disabled = true;
    window.setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
  });
})();
