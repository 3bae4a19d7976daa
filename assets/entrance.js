// Runs before the first paint: the reader's theme, kept or the system's.
(function () {
  var kept = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  var theme = kept ? kept[1] : window.matchMedia && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (!kept) {
    document.cookie = "theme=" + theme + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  }
  document.documentElement.setAttribute("data-mantine-color-scheme", theme);
  document.documentElement.classList.toggle("narrow-rail", /(?:^|; )rail=narrow/.test(document.cookie));
})();
