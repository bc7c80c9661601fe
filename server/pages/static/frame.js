/** What every page has: the switch of language, which keeps the look that is shown. */

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    const look = new URLSearchParams(location.search).get("look");
    if (!(link instanceof HTMLAnchorElement) || !look) return;
    const address = new URL(link.href);
    address.searchParams.set("look", look);
    link.href = address.href;
  });
}
