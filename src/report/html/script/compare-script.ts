/** @file What the comparisons of a page can do: another budget, another order, seeds on demand. */

/** JavaScript that needs the address's functions. */
export const compareScript = `
  const chooseBudget = (choice) => {
    const [slider, told, options] = ["input", "output", "option"].map((one) => [...choice.querySelectorAll(one)]);
    const table = choice.parentElement.querySelector("table");
    const bodies = [...table.querySelectorAll("template")].map(({ content }) => content.querySelector("tbody"));
    const sentences = choice.parentElement.querySelectorAll(".how-sure");
    const [input] = slider;
    const show = (at) => {
      input.value = at;
      told[0].value = options[at].label;
      input.setAttribute("aria-valuetext", options[at].label);
      table.querySelector("tbody").replaceWith(bodies[at].cloneNode(true));
      sentences.forEach((sentence, index) => (sentence.hidden = index !== at));
    };
    const read = () => {
      const at = options.findIndex(({ label }) => label === stateOf().get("images"));
      if (at >= 0) show(at);
    };
    input.addEventListener("input", () => {
      const at = Number(input.value);
      show(at);
      remember("answer", { images: at === options.length - 1 ? "" : options[at].label });
    });
    addEventListener("hashchange", read);
    choice.hidden = false;
    read();
  };
  for (const choice of document.querySelectorAll(".budget")) chooseBudget(choice);

  // durations in seconds, numbers as they are, the rest as text
  const units = { d: 86400, h: 3600, min: 60, s: 1, ms: 0.001 };
  const worthOf = (text) => {
    const spans = [...text.matchAll(/([\\d.]+)\\s*(d|h|min|ms|s)\\b/g)];
    if (spans.length > 0) return spans.reduce((sum, [, number, unit]) => sum + number * units[unit], 0);
    const number = parseFloat(text.replaceAll(",", "").replace("−", "-").replace("+", ""));
    return Number.isNaN(number) ? text : number;
  };
  const compareWorth = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === typeof b) return a.localeCompare(b, "en", { numeric: true });
    return typeof a === "number" ? -1 : 1;
  };
  const makeSortable = (table) => {
    const heads = [...table.querySelectorAll("thead th")];
    const body = table.querySelector("tbody");
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        // the best first: most numbers are better the higher they are
        const isDown = head.getAttribute("aria-sort") === null
          ? typeof worthOf(body.rows[0].cells[column].textContent) === "number"
          : head.getAttribute("aria-sort") === "ascending";
        for (const one of heads) one.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
        const worth = (row) => worthOf(row.cells[column].textContent.trim());
        const kind = (row) => (row.className === "run" ? 1 : 0);
        const rows = [...body.rows].sort((a, b) =>
          kind(a) - kind(b) || (isDown ? -1 : 1) * compareWorth(worth(a), worth(b)));
        body.append(...rows);
      });
    });
  };
  const foldSeeds = (table) => {
    const seeds = [...table.querySelectorAll("tr.run")];
    if (!table.querySelector("tr.model") || seeds.length === 0) return;
    const button = document.createElement("button");
    button.type = "button";
    const show = (isShown) => {
      for (const row of seeds) row.hidden = !isShown;
      button.textContent = isShown ? "Hide the seeds" : "Show each seed";
      button.setAttribute("aria-expanded", String(isShown));
    };
    button.addEventListener("click", () => show(seeds[0].hidden));
    show(false);
    table.before(button);
  };
  for (const table of document.querySelectorAll(".comparison table")) {
    makeSortable(table);
    foldSeeds(table);
  }`;
