// Line numbers follow the text; leaving with unsaved text asks. Everything works without this.
(() => {
  const area = document.querySelector(".editor textarea");
  if (!area) return;
  const list = document.querySelector(".editor ol");
  const first = area.value;
  const draw = () => {
    const lines = area.value.split("\n").length;
    while (list.children.length > lines) list.lastChild.remove();
    while (list.children.length < lines) {
      const line = document.createElement("li");
      line.textContent = list.children.length + 1;
      list.append(line);
    }
    area.rows = lines;
  };
  area.addEventListener("input", draw);
  draw();
  const go = (line) => {
    const from = area.value.split("\n").slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
    area.focus();
    area.setSelectionRange(from, from);
  };
  for (const link of document.querySelectorAll("a[data-line]")) link.addEventListener("click", () => setTimeout(go, 0, +link.dataset.line));
  let sending = false;
  area.form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => { if (!sending && area.value !== first) event.preventDefault(); });
})();
