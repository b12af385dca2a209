/** @file What the page around its parts can do: the bar shows where the reader is, commands are copied. */

/** JavaScript that defines `copy(text, button)` and looks after the bar and the commands. */
export const pageScript = `
  const links = [...document.querySelectorAll("nav a")];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  const mark = () => {
    const line = innerHeight / 3;
    const at = parts.findLastIndex((part) => part.getBoundingClientRect().top <= line);
    links.forEach((link, index) => {
      if (index === Math.max(0, at)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", mark, { passive: true });
  mark();

  // a browser that does not let pages copy shows what the reader can
  const copy = async (text, button, select) => {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      select();
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = before), 2000);
  };
  for (const block of document.querySelectorAll(".command")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const code = block.querySelector("code");
    button.addEventListener("click", () =>
      copy(code.textContent, button, () => getSelection().selectAllChildren(code)));
    block.append(button);
  }`;
