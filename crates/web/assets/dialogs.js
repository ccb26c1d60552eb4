// @ts-check
/**
 * Questions before a dangerous act: `<a href="/page" data-dialog="id">` opens `<dialog id="id">`; without scripts the
 * link leads to a page with the same question. `data-close` inside a dialog closes it.
 */
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.getAttribute("data-dialog") ?? "");
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const close = event.target.closest("[data-close]");
  const around = close?.closest("dialog");
  if (around) {
    event.preventDefault();
    around.close();
  }
});
