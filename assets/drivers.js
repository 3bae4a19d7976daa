// The drivers page in the browser: the slider speaks and draws by itself, a mark or a row asks about its indicator.
(function () {
  "use strict";
  const space = (window.dash_clientside = window.dash_clientside || {});
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (...args) => window.React.createElement(...args);
  const MINUS = "\u2212";

  function plain(value, decimals) {
    const text = value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return (/[1-9]/.test(text) ? text : text.replace("-", "")).replace("-", MINUS);
  }
  function signed(value, decimals) {
    const text = plain(value, decimals);
    return /[1-9]/.test(text) && value > 0 ? "+" + text : text;
  }
  function fill(text, words) { return text.replace(/\{(\w+)\}/g, (all, name) => (name in words ? words[name] : all)); }

  // Points gained: the nearer the ceiling, the less; the same rule as etl/domain/driver_curve.py.
  function lift(facts, value, slope) {
    const gap = Math.max(facts.ceiling - facts.base, 1e-9), k = (value - facts.now) * facts.direction;
    return gap * -Math.expm1((-slope * k) / gap);
  }

  function said(facts, value) {
    const words = { name: facts.name, unit: facts.unit, outcome: facts.outcome, now: plain(facts.now, facts.decimals),
                    to: plain(value, facts.decimals) };
    if (!facts.proven) { return fill(facts.texts.unproven, words); }
    if (Math.abs(value - facts.now) < 1e-9) { return fill(facts.texts.still, words); }
    const gain = lift(facts, value, facts.slope), ends = [lift(facts, value, facts.low), lift(facts, value, facts.high)];
    return fill(facts.texts.lift, { ...words, lift: signed(gain, 2), low: signed(Math.min(...ends), 2),
      high: signed(Math.max(...ends), 2), base: plain(facts.base, 1), reached: plain(facts.base + gain, 1) });
  }

  // A copied address shows the slider where it stands; the page is not asked for again.
  function remember(value, began) {
    const address = new URL(window.location.href);
    if (value === began && !address.searchParams.has("to")) { return; } // as the server drew it
    address.searchParams.set("to", String(Number(value.toPrecision(5))));
    window.history.replaceState(window.history.state, "", address.pathname + address.search);
  }

  function choose(href, code) {
    const address = new URL(href, window.location.href);
    address.searchParams.set("driver", code);
    address.searchParams.delete("to");
    window.history.pushState({}, "", address.pathname + address.search);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  space.drivers = {
    lift(value, facts, figure) {
      const none = space.no_update;
      if (typeof value !== "number" || !facts) { return [none, none]; }
      const inside = Math.min(Math.max(value, facts.from), facts.to);
      remember(inside, facts.at);
      const last = figure.data.length - 1, y = facts.base + (facts.proven ? lift(facts, inside, facts.slope) : 0);
      const mark = { ...figure.data[last], x: [inside], y: [y] };
      return [said(facts, inside), { ...figure, data: [...figure.data.slice(0, last), mark] }];
    },
    choose(point, cell, href) {
      const mark = point && point.points && point.points[0];
      const by = (space.callback_context.triggered[0] || {}).prop_id || "";
      const code = by.startsWith("dv-map") ? mark && mark.customdata : cell && cell.rowId;
      if (code && (by.startsWith("dv-map") || (cell && cell.colId === "name"))) { choose(href, code); }
    }
  };

  parts.DvText = function (props) {
    return make("span", { className: props.data.few ? "dv-few" : "" }, props.data[props.text]);
  };
  parts.DvName = function (props) {
    const row = props.data, process = row.shape === "process";
    return make("span", { className: "dv-name" + (process ? " go" : ""), title: row.hint },
      make("i", { className: "dv-shape " + row.shape + (row.few ? " hollow" : "") }),
      make("span", { className: row.few ? "dv-few" : "" }, row.name));
  };
  parts.DvGap = function (props) {
    return make("span", { className: { "-1": "dv-behind", 1: "dv-ahead" }[props.data.judged] || "dv-few" }, props.data.gapText);
  };
  parts.DvState = function (props) {
    return make("span", { className: "dv-state " + props.data.state }, make("i", {}), props.data.stateText);
  };
  // A weight with its interval on a scale that holds zero; what is not proven is nil and says so.
  parts.DvWhisker = function (props) {
    const row = props.data, place = (value) => ((value - props.from) / (props.to - props.from)) * 62;
    const at = (value) => `${place(value)}%`;
    const inside = [make("i", { key: "zero", className: "dv-zero", style: { left: at(0) } })];
    if (row.state === "proven") {
      inside.push(make("i", { key: "line", className: "dv-line", style: { left: at(row.low), width: `${place(row.high) - place(row.low)}%` } }));
      inside.push(make("i", { key: "dot", className: "dv-dot", style: { left: at(row.value) } }));
    }
    inside.push(make("span", { key: "text", className: row.few ? "dv-few" : "" }, typeof row.value === "number" ? row.weightText : "0"));
    return make("div", { className: "dv-whisker" }, inside);
  };
})();
