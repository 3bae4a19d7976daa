// The alerts page in the browser: choosing every alert that may be taken on.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-choose-all]");
    if (!button) { return; }
    const boxes = document.querySelectorAll(".al-box input[type=checkbox]");
    const all = Array.from(boxes, (box) => box.value);
    const chosen = Array.from(boxes).every((box) => box.checked) ? [] : all;
    window.dash_clientside.set_props({ kind: "alerts-chosen", name: button.dataset.chooseAll }, { value: chosen });
  });
})();
