// The shell in the browser: theme, title, language, search in menus, and words for whatever fails.
(function () {
  "use strict";
  var root = document.documentElement;
  var secure = location.protocol === "https:" ? "; secure" : "";

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.face = {
    theme: function (clicks, now) {
      var next = now === "dark" ? "light" : "dark";
      document.cookie = "theme=" + next + "; path=/; max-age=31536000; samesite=lax" + secure;
      root.setAttribute("data-mantine-color-scheme", next);
      return [next, next];
    },
    title: function (title) {
      if (title) { document.title = title; }
      return "";
    }
  };

  function texts() {
    var block = document.getElementById("failure-texts");
    return block ? JSON.parse(block.textContent) : {};
  }

  function element(name, text, attributes) {
    var made = document.createElement(name);
    made.textContent = text;
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    return made;
  }

  function fail(kind, id) {
    var box = document.getElementById("failure"), say = texts();
    if (!box || (!box.hidden && box.dataset.kind === "session")) { return; }
    box.dataset.kind = kind;
    box.textContent = "";
    box.append(element("b", say.title), element("p", (say[kind] || "").replace("#", id || "")));
    if (kind === "session") {
      box.append(element("a", say.sign_in, { href: "/login?next=" + encodeURIComponent(location.pathname + location.search), "class": "button" }));
    } else {
      var again = element("button", say.retry, { "class": "button" }), close = element("button", say.close, { "class": "quiet" });
      again.addEventListener("click", function () { location.reload(); });
      close.addEventListener("click", function () { box.hidden = true; });
      box.append(again, close);
    }
    box.hidden = false;
  }

  // Every request of the page passes here: a hairline while one runs, and never a silent failure.
  var plain = window.fetch, running = 0;
  window.fetch = function (target, options) {
    var ours = String(target && target.url || target).indexOf("_dash-") >= 0;
    if (!ours) { return plain.call(window, target, options); }
    running += 1;
    var timer = setTimeout(function () { root.classList.add("busy"); }, 120);
    function done() {
      clearTimeout(timer);
      running -= 1;
      if (running <= 0) { root.classList.remove("busy"); }
    }
    return plain.call(window, target, options).then(function (answer) {
      done();
      if (answer.status === 401) { fail("session"); }
      if (answer.status >= 500) { fail("server", answer.headers.get("X-Failure") || String(answer.status)); }
      // What is refused changes nothing on the page; the renderer would trip over the body otherwise.
      var update = String(target && target.url || target).indexOf("_dash-update-component") >= 0;
      return update && answer.status >= 400 ? new Response(null, { status: 204 }) : answer;
    }, function (error) {
      done();
      if (!(error && error.name === "AbortError")) { fail("network"); }
      throw error;
    });
  };

  // The component library marks a wrapper as what opens a menu; the marks belong to the button inside, which is focused.
  var MARKS = ["aria-haspopup", "aria-expanded", "aria-controls"];
  function hand(wrapper) {
    var button = wrapper.firstElementChild;
    if (!button || button.tagName !== "BUTTON") { return; }
    if (wrapper.getAttribute("aria-expanded") === "false") { button.removeAttribute("aria-controls"); }
    MARKS.forEach(function (mark) {
      if (wrapper.hasAttribute(mark)) {
        button.setAttribute(mark, wrapper.getAttribute(mark));
        wrapper.removeAttribute(mark);
      }
    });
  }
  new MutationObserver(function () {
    document.querySelectorAll("div[aria-expanded]").forEach(hand);
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-expanded"] });

  // The trail in full, else without the note on the period, else its upper levels in one menu, else its last name in two
  // lines: whatever has room.
  function fold() {
    var trail = document.getElementById("trail"), steps = ["lean", "folded", "tight"];
    if (!trail) { return; }
    var bar = trail.parentNode.classList;
    bar.remove.apply(bar, steps);
    steps.forEach(function (step) {
      if (trail.scrollWidth > trail.clientWidth + 1) { bar.add(step); }
    });
  }
  var waiting = new MutationObserver(function () {
    var trail = document.getElementById("trail");
    if (!trail) { return; }
    waiting.disconnect();
    new MutationObserver(fold).observe(trail.parentNode, { childList: true, subtree: true });
    new ResizeObserver(fold).observe(trail.parentNode);
    document.fonts.ready.then(fold);
    fold();
  });
  waiting.observe(document.body || root, { childList: true, subtree: true });

  // Enter on a cell of a list follows the link that stands in it.
  document.addEventListener("keydown", function (event) {
    var cell = event.key === "Enter" && event.target.matches && event.target.matches(".ag-cell") ? event.target : null;
    var link = cell && cell.querySelector("a[href]");
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      link.click();
    }
  }, true);

  document.addEventListener("click", function (event) {
    if (!(event.target.closest && event.target.closest("#rail-size"))) { return; }
    var narrow = root.classList.toggle("narrow-rail");
    document.cookie = "rail=" + (narrow ? "narrow" : "wide") + "; path=/; max-age=31536000; samesite=lax" + secure;
    window.dispatchEvent(new Event("resize"));
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-language]");
    if (!button) { return; }
    plain.call(window, "/me/language/" + button.dataset.language, { method: "POST" }).then(function (answer) {
      if (answer.ok) { location.reload(); } else { fail(answer.status === 401 ? "session" : "server", String(answer.status)); }
    }, function () { fail("network"); });
  });

  document.addEventListener("click", function (event) {
    if (!(event.target.closest && event.target.closest(".crumb-menu"))) { return; }
    setTimeout(function () {
      var input = document.querySelector(".menu-search input");
      if (input) { input.focus({ preventScroll: true }); }
    }, 60);
  });

  function filter(input) {
    var menu = input.closest(".menu"), wanted = input.value.trim().toLowerCase(), left = 0;
    menu.querySelectorAll("[data-search]").forEach(function (item) {
      var fits = item.dataset.search.indexOf(wanted) >= 0;
      item.hidden = !fits;
      left += fits ? 1 : 0;
    });
    menu.classList.toggle("empty", left === 0);
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches && event.target.matches(".menu-search input")) { filter(event.target); }
  });
  document.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!(input.matches && input.matches(".menu-search input"))) { return; }
    if (event.key === "Enter") {
      var first = input.closest(".menu").querySelector("[data-search]:not([hidden])");
      if (first) { first.click(); }
      event.preventDefault();
    } else if (event.key.length === 1) {
      event.stopPropagation();
    }
  }, true);
})();
