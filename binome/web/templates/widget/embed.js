(() => {
  "use strict";
  if (window.__binome) return;
  window.__binome = true;
  const look = {{ look|safe }};
  const home = new URL("./", document.currentScript.src).href;
  const language = (look.language === "auto" ? document.documentElement.lang || navigator.language || "" : look.language).slice(0, 2) === "fr" ? "fr" : "en";
  const [openLabel, closeLabel] = look.labels[language];
  const style = (element, rules) => Object.assign(element.style, rules);

  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", openLabel);
  style(button, {
    position: "fixed", bottom: "20px", [look.side]: "20px", width: "56px", height: "56px", borderRadius: "50%",
    border: "0", background: look.colour, cursor: "pointer", zIndex: "2147483000", padding: "0",
    boxShadow: "0 6px 24px rgb(0 0 0 / .22)", display: "grid", placeItems: "center",
  });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "28");
  svg.setAttribute("height", "28");
  svg.setAttribute("aria-hidden", "true");
  for (const [cx, dash] of [["9.2", ""], ["14.8", "2.6 2.1"]]) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx, cy: "12", r: "6.2", fill: "none", stroke: "#fff", "stroke-width": "2.2", "stroke-dasharray": dash })) {
      if (value) circle.setAttribute(name, value);
    }
    svg.append(circle);
  }
  button.append(svg);

  let frame = null;
  const small = () => window.matchMedia("(max-width: 480px)").matches;
  const place = () => style(frame, small()
    ? { position: "fixed", inset: "0", width: "100%", height: "100%", maxHeight: "none", borderRadius: "0" }
    : { position: "fixed", inset: "auto", bottom: "88px", [look.side]: "20px", width: "384px", height: "620px", maxHeight: "calc(100vh - 108px)", borderRadius: "16px" });

  const make = () => {
    frame = document.createElement("iframe");
    frame.title = openLabel;
    frame.src = `${home}?language=${language}`;
    frame.allow = "clipboard-write";
    style(frame, { border: "0", zIndex: "2147483001", boxShadow: "0 12px 48px rgb(0 0 0 / .25)", background: "Canvas", colorScheme: "normal" });
    place();
    document.body.append(frame);
    window.addEventListener("resize", () => frame.hidden || place());
  };

  const show = (open) => {
    if (open && !frame) make();
    frame.hidden = !open;
    frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? closeLabel : openLabel);
    if (open) frame.focus(); else button.focus();
  };

  button.addEventListener("click", () => show(!frame || frame.hidden));
  window.addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.data === "binome:close") show(false);
  });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && frame && !frame.hidden) show(false);
  });
  const ready = () => document.body.append(button);
  if (document.body) ready(); else document.addEventListener("DOMContentLoaded", ready);
})();
