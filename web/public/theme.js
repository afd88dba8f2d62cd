/**
 * Shows the page light or dark as it was chosen on this device, else as the system has it.
 *
 * A script of its own, ahead of everything: the page is never painted in the other one first. Follows the choice when
 * it changes, here or in another tab.
 */
(() => {
  const colors = { light: "#f4f4fb", dark: "#0f0e22" };

  function show() {
    const kept = localStorage.getItem("tutti.theme");
    const chosen = kept === "light" || kept === "dark" ? kept : null;
    if (chosen === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      const own = meta.getAttribute("media")?.includes("dark") ? "dark" : "light";
      meta.setAttribute("content", colors[chosen ?? own]);
    }
  }

  show();
  addEventListener("storage", show);
})();
