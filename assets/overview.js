// The overview in the browser: a click on the map, a bar or a row goes down by changing the address; nothing else moves.
(function () {
  "use strict";
  const space = (window.dash_clientside = window.dash_clientside || {});
  const NARROW = window.matchMedia("(max-width: 700px)");
  const PHONE_ROW = 48, ROW = 22, TALL_ROW = 34, HEADER = 26;
  const SIZES = [12, 11, 10], LINE = 1.3, LEAST_LETTERS = 2; // px, lines, letters of a map's labels
  const last = {}; // what the server sent, to be fitted again when a panel changes its size

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

  // By keyboard: Enter or Space on a row goes down as a click does, Space on a card selects it as Enter does.
  let returning = false; // the rows that come next get the focus, for it stood on a row that is gone
  function pressed(event) {
    const at = event.target.closest ? event.target : null;
    if (!at || (event.key !== "Enter" && event.key !== " ") || event.ctrlKey || event.metaKey || event.altKey) { return; }
    const card = at.closest("a.ov-card"), row = at.closest("#ov-rank .ag-cell") && at.closest(".ag-row");
    if (card && event.key === " ") { event.preventDefault(); card.click(); }
    const ask = row && at.closest("[col-id=ask]") && row.querySelector("[data-ask]");
    if (ask) {
      event.preventDefault();
      event.stopPropagation();
      asked(ask);
      return;
    }
    const found = row && ((last.view && last.view.rows) || []).find((each) => each.code === row.getAttribute("row-id"));
    if (!found || !found.go) { return; }
    event.preventDefault();
    event.stopPropagation();
    returning = true;
    go(window.location.href, found.code);
  }
  document.addEventListener("keydown", pressed, true);

  // What an ⓘ asks goes to the server by the store; the moment makes the same question a new one.
  function asked(button) {
    const { ask: indicator, askArea: area } = button.dataset;
    space.set_props("ov-asked", { data: { indicator, area: area || null, at: Date.now() } });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-ask]");
    if (button) { asked(button); }
  });

  // The ranking is the way of the keyboard into map and bars, which are pictures: its first row gets the focus.
  function focusRows() {
    const grid = window.dash_ag_grid && window.dash_ag_grid.getApi("ov-rank");
    if (!grid || !grid.getDisplayedRowCount()) { return; }
    grid.ensureIndexVisible(0);
    grid.setFocusedCell(0, "name");
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest(".ov-to-rows")) { focusRows(); }
  });

  const pen = document.createElement("canvas").getContext("2d");
  function width(text, size, bold) {
    pen.font = `${bold ? 700 : 400} ${size}px "Noto Sans SC", sans-serif`;
    return pen.measureText(text).width;
  }

  // A name as far as it fits: whole, else its beginning with the number it may end in, else nothing.
  function shortened(name, size, bold, room) {
    if (width(name, size, bold) <= room) { return name; }
    const [, head, tail] = /^(.*?)((?: \d+(?: \w)?)?)$/.exec(name);
    const stop = /[a-z]/i.test(head) ? "." : "";
    for (let letters = head.length - 1; letters >= LEAST_LETTERS; letters -= 1) {
      const cut = head.slice(0, letters).trimEnd() + stop + tail;
      if (width(cut, size, bold) <= room) { return cut; }
    }
    return "";
  }

  // One size of letters for the whole map: the largest in which most names have room.
  function fitted(labels, boxes) {
    const rooms = (size) => boxes.map(([across, down], i) => {
      const both = labels[i].value !== "" && down >= 2 * size * LINE + 4;
      return { both, room: across + (both ? -9 : 1) };
    });
    const fits = (size) => rooms(size).filter(({ room }, i) => width(labels[i].name, size, labels[i].bold) <= room).length;
    const size = SIZES.find((each) => fits(each) >= labels.length * 0.9) || SIZES[SIZES.length - 1];
    const texts = rooms(size).map(({ both, room }, i) => {
      const { name, value, bold } = labels[i], shown = shortened(name, size, bold, room);
      const text = both ? (shown ? `${shown}<br>${value}` : value) : shown;
      return bold && text ? `<b>${text}</b>` : text;
    });
    return { size, texts };
  }

  function fitMap(figure, graph) {
    const { meta, xaxis, yaxis, margin } = (figure && figure.layout) || {};
    if (!meta || !meta.labels || !graph || !graph.clientWidth) { return figure; }
    const inner = [graph.clientWidth - margin.l - margin.r, graph.clientHeight - margin.t - margin.b];
    const unit = Math.min(inner[0] / (xaxis.range[1] - xaxis.range[0]), inner[1] / (yaxis.range[1] - yaxis.range[0]));
    const { size, texts } = fitted(meta.labels, meta.sizes.map(([across, down]) => [across * unit, down * unit]));
    const words = figure.data[figure.data.length - 1];
    return { ...figure, data: [...figure.data.slice(0, -1), { ...words, text: texts, textfont: { ...words.textfont, size } }] };
  }

  // Without room for all columns those marked so go, in their order.
  function fitColumns(columns, room) {
    const kept = [...columns], needed = () => kept.reduce((sum, each) => sum + (each.width || each.minWidth || 80), 0);
    while (needed() > room) {
      const next = kept.filter((each) => each.drops).sort((a, b) => a.drops - b.drops)[0];
      if (!next) { break; }
      kept.splice(kept.indexOf(next), 1);
    }
    return kept;
  }

  // A narrow screen keeps the columns marked for it, in rows for thumbs; the page scrolls, not the grid.
  // Few rows stand taller, so that a panel is never mostly air.
  function fitRows(view, options, panel) {
    const narrow = NARROW.matches, { columns = [], rows = [] } = view || {};
    const high = panel ? panel.clientHeight : 0, wide = (panel && panel.clientWidth) || 9999;
    const fitting = rows.length ? Math.floor((high - HEADER) / rows.length) : ROW;
    const kept = narrow ? columns.filter((each) => each.phone) : fitColumns(columns, wide - 16);
    const height = narrow ? PHONE_ROW : Math.min(Math.max(fitting, ROW), TALL_ROW);
    if (panel) { panel.style.setProperty("--ov-row", `${height}px`); }
    const shown = kept.map(({ phone, drops, ...rest }) => rest);
    return [rows, shown, { ...options, rowHeight: height, domLayout: narrow ? "autoHeight" : "normal" }];
  }

  // Fits again what was drawn for another size: a turned tablet, a narrowed rail, a panel that took the legend's room.
  const REFIT = {
    "ov-map": (graph) => space.set_props("ov-map", { figure: fitMap(last.map, graph) }),
    "ov-rank": (panel) => {
      const [, columnDefs, dashGridOptions] = fitRows(last.view, last.options, panel);
      space.set_props("ov-rank", { columnDefs, dashGridOptions });
    },
  };
  const seen = new WeakMap(), later = {};
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    const now = `${target.clientWidth} ${target.clientHeight}`, before = seen.get(target);
    seen.set(target, now);
    if (before !== now) {  // after the figure has followed the new size by itself, and once for a size that still changes
      clearTimeout(later[target.id]);
      later[target.id] = setTimeout(() => { if (target.isConnected && target.clientWidth) { REFIT[target.id](target); } }, 200);
    }
  }));
  function observed(id) {
    const element = document.getElementById(id);
    if (element && !seen.has(element)) {
      seen.set(element, `${element.clientWidth} ${element.clientHeight}`);
      sizes.observe(element);
    }
    return element;
  }
  function watched(id) {  // a component that is still being loaded puts another element in the place of this one
    [300, 1500, 5000].forEach((wait) => setTimeout(observed, wait, id));
    return observed(id);
  }

  space.overview = {
    goMap(data, figure, href) { go(href, clicked(data, figure)); },

    goBar(data, figure, href) {
      const point = data && data.points && data.points[0];
      go(href, point && point.customdata);
    },

    goRow(cell, rows, href) {
      const row = cell && cell.colId !== "ask" && (rows || []).find((each) => each.code === cell.rowId);
      go(href, row && row.go ? row.code : null);
    },

    map(figure) {
      last.map = figure;
      return fitMap(figure, watched("ov-map")) || space.no_update;
    },

    columns(view, options) {
      Object.assign(last, { view, options });
      if (returning) {
        returning = false;
        setTimeout(focusRows, 150);
      }
      return fitRows(view, options, watched("ov-rank"));
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
