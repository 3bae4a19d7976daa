// The data page in the browser: buttons that ask for work, a file that is sent with its progress, links in long tables.
(function () {
  "use strict";
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const byId = (name) => document.getElementById(name);

  function go(href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  parts.DataLink = function (props) {
    const href = props.data.href;
    return window.React.createElement("a", {
      href, title: props.value,
      onClick: (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) { return; }
        event.preventDefault();
        go(href);
      },
    }, props.value);
  };

  function say(words) {
    const place = byId("data-said");
    if (!place) { return; }
    place.textContent = words || "";
    place.hidden = !words;
  }

  function unreachable() {
    const block = byId("failure-texts");
    say(block ? JSON.parse(block.textContent).network : "");
  }

  // What the server was asked for shows at once: the page looks again, and goes on looking until it is done.
  function look() {
    window.dash_clientside.set_props("data-asked", { data: Date.now() });
  }

  function answered(answer, body) {
    if (answer.status === 401) { window.location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search)); return; }
    say(answer.ok ? "" : body.message || String(answer.status));
    look();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-post]");
    if (!button || button.disabled) { return; }
    button.disabled = true;
    const address = button.dataset.post.split("/").map(encodeURIComponent).join("/");
    fetch(address, { method: "POST", headers: { Accept: "application/json" } })
      .then((answer) => answer.json().catch(() => ({})).then((body) => answered(answer, body)))
      .catch(unreachable)
      .finally(() => { button.disabled = false; });
  });

  function send(file) {
    const drop = byId("data-drop"), bar = byId("data-sent"), choose = byId("data-choose");
    if (file.size > Number(drop.dataset.most)) { say(drop.dataset.tooBig); return; }
    const form = new FormData(), request = new XMLHttpRequest();
    form.append("feed", byId("data-feed").value);
    form.append("file", file, file.name);
    const done = () => { bar.hidden = true; choose.disabled = false; };
    request.upload.onprogress = (now) => { bar.value = now.lengthComputable ? (100 * now.loaded) / now.total : 0; };
    request.onload = () => {
      done();
      let body = {};
      try { body = JSON.parse(request.responseText); } catch { body = {}; }
      answered({ status: request.status, ok: request.status < 300 }, body);
    };
    request.onerror = () => { done(); unreachable(); };
    say("");
    bar.value = 0;
    bar.hidden = false;
    choose.disabled = true;
    request.open("POST", "/data/uploads");
    request.setRequestHeader("Accept", "application/json");
    request.send(form);
  }

  document.addEventListener("click", (event) => {
    if (!(event.target.closest && event.target.closest("#data-choose"))) { return; }
    const input = document.createElement("input");
    input.type = "file";
    input.addEventListener("change", () => input.files.length && send(input.files[0]));
    input.click();
  });

  const over = (event) => event.target.closest && event.target.closest("#data-drop");
  ["dragenter", "dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const drop = over(event);
    if (!drop) { return; }
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) { send(event.dataTransfer.files[0]); }
  }));
})();
