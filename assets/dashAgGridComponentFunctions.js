// Cell renderers of the face's grids: whiskers, bars from zero, states. Colours come from the theme's CSS variables.
(function () {
  "use strict";
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (...args) => window.React.createElement(...args);
  const PAD = 6;

  // Values on the axis as percentages of the cell's width, cut at its edges.
  const place = (value, low, high) => Math.min(Math.max((value - low) / (high - low), 0), 1) * 100;
  const at = (percent) => `calc(${PAD}px + (100% - ${2 * PAD}px) * ${percent / 100})`;
  const between = (from, to) => `calc((100% - ${2 * PAD}px) * ${(to - from) / 100})`;

  parts.OvText = function (props) {
    const kind = (props.strong ? "ov-g-strong" : "") + (props.data.few ? " ov-g-few" : "");
    return make("span", { className: kind }, props.data[props.text]);
  };

  parts.OvName = function (props) {
    const row = props.data;
    const kind = (row.go ? "ov-g-go" : "") + (row.few ? " ov-g-few" : "");
    const said = row.stateText ? "ov-g-window said" : "ov-g-window";  // where there is a state, it says the window too
    const longer = row.window ? make("small", { className: said }, row.window) : null;
    return make("span", { className: kind, title: row.hint || row.name }, row.name, longer);
  };

  parts.OvAxis = function (props) {
    const marks = props.ticks.map((tick) =>
      make("span", { key: tick, className: "ov-g-tick", style: { left: at(place(tick, props.low, props.high)) } }, tick)
    );
    return make("div", { className: "ov-g-axis" }, marks);
  };

  parts.OvWhisker = function (props) {
    const row = props.data, { low, high, mean } = props;
    const inside = [];
    if (mean !== null && mean !== undefined) {
      inside.push(make("i", { key: "mean", className: "ov-g-mean", style: { left: at(place(mean, low, high)) } }));
    }
    const drawn = [row.value, row.low, row.high].every((each) => typeof each === "number");
    if (drawn) {
      const from = place(row.low, low, high), to = place(row.high, low, high);
      const kind = "ov-g-line" + (row.few ? " few" : "") + (row.low < low ? " cut-low" : "") + (row.high > high ? " cut-high" : "");
      inside.push(make("i", { key: "line", className: kind, style: { left: at(from), width: between(from, to) } }));
      inside.push(make("i", { key: "dot", className: `ov-g-dot s-${row.state}`, style: { left: at(place(row.value, low, high)) } }));
    }
    const words = !drawn ? "" : `${row.valueText} (${row.low.toFixed(1)} ~ ${row.high.toFixed(1)})`;
    return make("div", { className: "ov-g-plot", title: words }, inside);
  };

  parts.OvChange = function (props) {
    const kind = props.data.proven > 0 ? "ov-up" : props.data.proven < 0 ? "ov-down" : "ov-flat";
    return make("span", { className: kind }, props.data.changeText);
  };

  parts.OvBar = function (props) {
    const row = props.data;
    const inside = [make("i", { key: "zero", className: "ov-g-zero" })];
    if (row.change !== null && row.change !== undefined && props.widest > 0) {
      const half = (Math.abs(row.change) / props.widest) * 46;
      const kind = row.proven > 0 ? "up" : row.proven < 0 ? "down" : "flat";
      const left = row.change < 0 ? 50 - half : 50;
      inside.unshift(make("i", { key: "bar", className: `ov-g-bar ${kind}`, style: { left: `${left}%`, width: `${half}%` } }));
    }
    return make("div", { className: "ov-g-plot" }, inside);
  };

  // The ⓘ of a row asks about the grid's outcome in the row's area, or about the row's own indicator here.
  parts.OvAsk = function (props) {
    const row = props.data;
    if (!row.ask) { return null; }
    const about = props.indicator ? { "data-ask": props.indicator, "data-ask-area": row.code } : { "data-ask": row.code };
    const label = `${props.words}: ${row.name}`;
    return make("button", { className: "ov-tool i-info", title: label, "aria-label": label, tabIndex: -1, type: "button", ...about });
  };

  parts.OvState = function (props) {
    const row = props.data;
    return make("span", { className: `ov-state s-${row.state}` }, make("i", { className: "ov-mark" }), row.stateText);
  };
})();
