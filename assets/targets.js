// The targets page in the browser: a name goes down, a cell shows its card; cells of the matrix are drawn here.
(function () {
  "use strict";
  const space = (window.dash_clientside = window.dash_clientside || {});
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (...args) => window.React.createElement(...args);

  function go(href, changes) {
    const address = new URL(href, window.location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) { address.searchParams.delete(name); } else { address.searchParams.set(name, value); }
    }
    window.history.pushState({}, "", address.pathname + address.search);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  space.targets = {
    choose(cell, href) {
      if (!cell || !cell.rowId) { return; }
      const api = window.dash_ag_grid && window.dash_ag_grid.getApi("tg-matrix"), node = api && api.getRowNode(cell.rowId);
      const row = node ? node.data : {};
      if (cell.colId === "name") {
        if (row.go) { go(href, { area: cell.rowId, at: null }); }
      } else if (cell.colId && cell.colId.startsWith("lift_") && row["cell_" + cell.colId.slice(5)]) {
        go(href, { at: row.here ? null : cell.rowId });
      }
    }
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  parts.TgText = function (props) { return make("span", {}, props.data[props.text]); };
  parts.TgName = function (props) {
    const row = props.data;
    return make("span", { className: "tg-name" + (row.go ? " go" : "") }, row.name);
  };
  parts.TgHead = function (props) {
    return make("span", { className: "tg-head" }, make("b", {}, props.line), make("span", {}, props.name), make("small", {}, props.unit));
  };
  parts.TgCell = function (props) {
    const cell = props.data["cell_" + props.code];
    if (!cell) { return make("span", { className: "tg-none" }, "\u2014"); }
    const marks = cell.marks.map((mark) => make("i", { key: mark, className: "tg-i " + mark }));
    const done = cell.done === null ? null : make("i", { className: "tg-done", style: { width: `${100 * cell.done}%` } });
    return make("div", { className: "tg-cell " + cell.shade, title: cell.tip }, make("span", { className: "tg-marks" }, marks),
      make("span", {}, cell.text), done);
  };
  parts.TgChange = function (props) {
    const row = props.data;
    return make("span", { className: { 1: "tg-up", "-1": "tg-down" }[row.moved] || "" }, row.change);
  };
})();
