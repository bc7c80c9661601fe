/** What every page has: the switch of language. */

for (const element of document.querySelectorAll("[data-language]")) {
  element.addEventListener("click", async () => {
    await fetch(`/language/${element.getAttribute("data-language")}`);
    location.reload();
  });
}
