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

  // Words that were typed and not saved would not be in the videos.
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.closest(".sr-words")) form.toggleAttribute("data-unsaved", true);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter && event.submitter.dataset.confirm && !window.confirm(event.submitter.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.id !== "approval") return;
    const unsaved = document.querySelector("form[data-unsaved]");
    if (unsaved) {
      event.preventDefault();
      unsaved.querySelector("[role=status]").textContent = form.dataset.unsavedNotice;
      unsaved.querySelector("button").focus();
      return;
    }
    // The server would refuse a second click anyway; this saves the fright.
    window.setTimeout(() => freeze(true));
  });

  function freeze(yes) {
    const button = document.getElementById("make");
    if (!button || (button.disabled && !button.hasAttribute("data-sent"))) return;
    button.disabled = yes;
    button.toggleAttribute("data-sent", yes);
  }

  // A browser that goes back shows the page as it was left.
  window.addEventListener("pageshow", () => freeze(false));
})();
