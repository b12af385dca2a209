/** @file What the mistakes of a page can do: a grid of cells, filters, order, enlarging, the list of files. */

/** How many images are shown at first, and with each click on "Show more". */
const PAGE = 24;

/**
 * JavaScript that needs `copy` and the address's functions, and works on the markup of `mistakesExplorer`: its template
 * says which images there are, its first card is what every card is made from.
 */
export const mistakesScript = `
  const exploreMistakes = (part) => {
    const data = JSON.parse(part.querySelector("template").content.textContent);
    const [form, matrix, list, dialog] = ["form", ".matrix", ".shots", "dialog"].map((one) => part.querySelector(one));
    const [said, more, copyFiles] = [".said", ".more", ".copy-files"].map((one) => part.querySelector(one));
    const cells = [...matrix.querySelectorAll("tbody td")];
    const card = list.querySelector("li").cloneNode(true);
    const controls = form.elements;
    const named = ["model", "of", "true", "answer", "sure", "order"];
    const anyOf = Object.fromEntries(named.map((name) => [name, controls[name].value]));
    let found = [];
    let upTo = 0;
    let opened = 0;

    const isWrong = (image, model) => image.answers[model] !== image.label;
    const timesWrong = (image) => image.answers.filter((answer) => answer !== image.label).length;
    const percent = (share) => (100 * share).toFixed(1) + " %";
    const put = (within, texts) => {
      for (const [name, text] of Object.entries(texts)) within.querySelector("." + name).textContent = text;
    };
    const paint = (picture, { tile }) => {
      picture.classList.toggle("none", tile < 0);
      picture.style.setProperty("--column", Math.max(0, tile) % data.columns);
      picture.style.setProperty("--row", Math.floor(Math.max(0, tile) / data.columns));
    };

    const cardOf = (image, place) => {
      const own = card.cloneNode(true);
      const model = controls.model.selectedIndex;
      const button = own.querySelector("button");
      paint(button, image);
      button.setAttribute("aria-label", "Enlarge " + image.name);
      button.addEventListener("click", () => open(place));
      own.className = isWrong(image, model) ? "" : "right";
      put(own, {
        answer: data.classes[image.answers[model]],
        truth: data.classes[image.label],
        sure: percent(image.sure[model]) + " sure" +
          (data.models.length > 1 ? "; " + timesWrong(image) + " of " + data.models.length + " models wrong" : ""),
        file: image.name,
      });
      return own;
    };
    const showMore = () => {
      const from = upTo;
      upTo = Math.min(found.length, upTo + ${PAGE});
      list.append(...found.slice(from, upTo).map((image, index) => cardOf(image, from + index)));
      more.hidden = upTo === found.length;
    };
    more.addEventListener("click", showMore);

    const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const tints = bytesOf(data.tints);
    const showHeat = ({ heat }) => {
      const model = controls.model.selectedIndex;
      const map = heat?.[model];
      for (const part of dialog.querySelectorAll(".heat, .heat-words")) part.hidden = !map;
      if (!map) return;
      const { width, height } = data.models[model].grid;
      const canvas = dialog.querySelector("canvas");
      Object.assign(canvas, { width, height });
      const heats = [...bytesOf(map)].flatMap((pair) => [pair >> 4, pair & 15]).slice(0, width * height);
      const colors = heats.flatMap((one) => [...tints.subarray(4 * one, 4 * one + 4)]);
      canvas.getContext("2d").putImageData(new ImageData(Uint8ClampedArray.from(colors), width, height), 0, 0);
      put(dialog, { "model-name": data.models[model].name });
    };
    const open = (place) => {
      opened = place;
      const image = found[place];
      for (const picture of dialog.querySelectorAll(".picture")) paint(picture, image);
      showHeat(image);
      put(dialog, { file: image.name, truth: data.classes[image.label] });
      [...dialog.querySelectorAll("tbody tr")].forEach((row, model) => {
        put(row, { answer: data.classes[image.answers[model]], sure: percent(image.sure[model]) });
        row.className = isWrong(image, model) ? "bad" : "good";
        row.querySelector(".verdict").textContent = isWrong(image, model) ? "wrong" : "right";
      });
      dialog.querySelector(".before").disabled = place === 0;
      dialog.querySelector(".after").disabled = place === found.length - 1;
      if (!dialog.open) dialog.showModal();
    };
    const turn = (by) => {
      if (found[opened + by]) open(opened + by);
    };
    dialog.querySelector(".before").addEventListener("click", () => turn(-1));
    dialog.querySelector(".after").addEventListener("click", () => turn(1));
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") turn(-1);
      if (event.key === "ArrowRight") turn(1);
    });

    const orders = {
      surest: (model) => (a, b) => b.sure[model] - a.sure[model],
      unsure: (model) => (a, b) => a.sure[model] - b.sure[model],
      models: () => (a, b) => timesWrong(b) - timesWrong(a),
      file: () => (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }),
    };
    const paintMatrix = (model) => {
      const { confusion, name } = data.models[model];
      put(matrix, { "model-name": name });
      for (const cell of cells) {
        const [truth, answer] = [Number(cell.dataset.true), Number(cell.dataset.answer)];
        const row = confusion[truth];
        cell.textContent = row[answer];
        cell.style.setProperty("--share", row[answer] / Math.max(1, row.reduce((sum, one) => sum + one, 0)));
        cell.setAttribute("aria-selected",
          String(controls.true.value === String(truth) && controls.answer.value === String(answer)));
      }
    };
    const update = () => {
      const model = controls.model.selectedIndex;
      const [truth, answer] = [controls.true.value, controls.answer.value];
      // what lies on the diagonal was answered right
      const wantsRight = controls.of.value === "right" || (truth !== "" && truth === answer);
      found = data.images
        .filter((image) => isWrong(image, model) === !wantsRight
          && (!wantsRight || image.heat?.[model])
          && (controls.of.value !== "all" || timesWrong(image) === data.models.length)
          && (truth === "" || image.label === Number(truth))
          && (answer === "" || image.answers[model] === Number(answer))
          && image.sure[model] >= controls.sure.value / 100)
        .sort(orders[controls.order.value](model));
      const hidden = found.filter(({ tile }) => tile < 0).length;
      said.textContent = (found.length === 1 ? "1 image" : found.length + " images")
        + (hidden > 0 ? ", " + hidden + " of them by name alone" : "")
        + (wantsRight ? " answered right, of which is known where the model looked" : "");
      controls.least.value = controls.sure.value + " %";
      list.replaceChildren();
      upTo = 0;
      showMore();
      copyFiles.disabled = found.length === 0;
      paintMatrix(model);
    };
    const changed = () => {
      update();
      remember("mistakes", Object.fromEntries(
        named.map((name) => [name, controls[name].value === anyOf[name] ? "" : controls[name].value])));
    };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    copyFiles.addEventListener("click", () => {
      const names = found.map(({ name }) => name).join("\\n");
      copy(names, copyFiles, () => {
        const box = document.createElement("textarea");
        box.readOnly = true;
        box.value = names;
        copyFiles.after(box);
        box.select();
      });
    });

    // one cell takes the focus by Tab, the arrows go from there
    const focusOn = (cell) => {
      for (const one of cells) one.tabIndex = one === cell ? 0 : -1;
      cell.focus();
    };
    const choose = (cell) => {
      const isChosen = cell.getAttribute("aria-selected") === "true";
      controls.true.value = isChosen ? "" : cell.dataset.true;
      controls.answer.value = isChosen ? "" : cell.dataset.answer;
      changed();
    };
    const across = Math.sqrt(cells.length);
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    matrix.setAttribute("role", "grid");
    for (const cell of cells) cell.tabIndex = cell === cells[0] ? 0 : -1;
    matrix.addEventListener("click", (event) => {
      const cell = event.target.closest("tbody td");
      if (!cell) return;
      focusOn(cell);
      choose(cell);
    });
    matrix.addEventListener("keydown", (event) => {
      const at = cells.indexOf(event.target);
      if (at < 0) return;
      if (event.key === "Enter" || event.key === " ") choose(cells[at]);
      else if (event.key in moves) {
        const to = at + moves[event.key];
        const sameRow = Math.floor(to / across) === Math.floor(at / across);
        if (cells[to] && (sameRow || Math.abs(moves[event.key]) > 1)) focusOn(cells[to]);
      } else return;
      event.preventDefault();
    });

    const read = () => {
      const state = stateOf();
      for (const name of named) {
        controls[name].value = state.get(name) ?? anyOf[name];
        // a value that no choice has
        if (controls[name].value === "" && state.get(name)) controls[name].value = anyOf[name];
      }
      update();
    };
    addEventListener("hashchange", () => {
      if (stateOf().size > 0) read();
    });
    form.hidden = false;
    read();
  };
  for (const part of document.querySelectorAll(".mistakes")) exploreMistakes(part);`;
