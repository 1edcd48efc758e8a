// The forecast on the desk. Everything it shows also stands in the list beside it.
(() => {
  "use strict";
  const place = document.getElementById("forecast");
  const source = document.getElementById("forecast-data");
  if (!place || !source || !window.echarts) { return; }
  const data = JSON.parse(source.textContent);
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    grid: { left: 28, right: 8, top: 26, bottom: 22 },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: token("ink-soft") } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: { type: "category", data: data.days, axisTick: { show: false }, axisLabel: { color: token("ink-soft"), interval: 6 }, axisLine: { lineStyle: { color: token("line") } } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: token("ink-soft") }, splitLine: { lineStyle: { color: token("line-soft") } } },
    series: data.series.map((row) => ({
      name: row.name, type: "bar", stack: "all", data: row.counts, barCategoryGap: "30%",
      itemStyle: { color: token(row.colour), decal: row.colour === "yellow" ? { symbol: "rect", color: "rgba(77,58,0,.25)", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: 0.8 } : undefined },
    })),
  });
  addEventListener("resize", () => chart.resize());
})();
