// The overview in the browser: a click on the map, a bar or a row goes down by changing the address; nothing else moves.
(function () {
  "use strict";
  const space = (window.dash_clientside = window.dash_clientside || {});
  const NARROW = window.matchMedia("(max-width: 700px)");
  const PHONE_ROW = 48, ROW = 22, TALL_ROW = 34, HEADER = 26;

  function go(href, code) {
    if (!code) { return; }
    const address = new URL(href, window.location.href);
    address.searchParams.set("area", code);
    window.history.pushState({}, "", address.pathname + address.search);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  // Which area lies under a click: a filled outline carries its place in the list, a label its own.
  function clicked(data, figure) {
    const point = data && data.points && data.points[0];
    const codes = figure && figure.layout && figure.layout.meta && figure.layout.meta.codes;
    if (!point || !codes) { return null; }
    return codes[point.curveNumber < codes.length ? point.curveNumber : point.pointNumber];
  }

  space.overview = {
    goMap(data, figure, href) { go(href, clicked(data, figure)); },

    goBar(data, figure, href) {
      const point = data && data.points && data.points[0];
      go(href, point && point.customdata);
    },

    goRow(cell, rows, href) {
      const row = cell && (rows || []).find((each) => each.code === cell.rowId);
      go(href, row && row.go ? row.code : null);
    },

    // A narrow screen keeps the columns marked for it, in rows for thumbs; the page scrolls, not the grid.
    // Few rows stand taller, so that a panel is never mostly air.
    columns(view, options) {
      const narrow = NARROW.matches, { columns = [], rows = [] } = view || {};
      const panel = document.getElementById("ov-rank");
      const fitting = rows.length ? Math.floor(((panel ? panel.clientHeight : 0) - HEADER) / rows.length) : ROW;
      const shown = columns.filter((each) => !narrow || each.phone).map(({ phone, ...rest }) => rest);
      const height = narrow ? PHONE_ROW : Math.min(Math.max(fitting, ROW), TALL_ROW);
      if (panel) { panel.style.setProperty("--ov-row", `${height}px`); }
      const layout = { rowHeight: height, domLayout: narrow ? "autoHeight" : "normal" };
      return [rows, shown, { ...options, ...layout }];
    },

    // On a narrow screen the labels at the line's end move above and below it, and every second tick goes.
    trend(figure) {
      if (!figure || !NARROW.matches) { return figure || space.no_update; }
      const layout = { ...figure.layout, margin: { ...figure.layout.margin, r: 10 } };
      const axis = layout.xaxis, keep = (_, i, all) => (all.length - 1 - i) % 2 === 0;
      if (axis && axis.tickvals) {
        layout.xaxis = { ...axis, tickvals: axis.tickvals.filter(keep), ticktext: axis.ticktext.filter(keep), tickangle: 0 };
      }
      const notes = layout.annotations || [], highest = Math.max(...notes.map((note) => note.y));
      layout.annotations = notes.map((note) => note.xanchor !== "left" ? note
        : { ...note, xanchor: "right", align: "right", xshift: 4, yshift: note.y === highest ? 16 : -16 });
      return { ...figure, layout };
    },

    toggle(clicks, classes) {
      if (!clicks) { return space.no_update; }
      return classes.includes(" as-table") ? classes.replace(" as-table", "") : classes + " as-table";
    },
  };
})();
