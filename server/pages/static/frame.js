/** What every page has: the switch of language, which keeps what is shown. */

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    if (!(link instanceof HTMLAnchorElement)) return;
    const address = new URL(link.href);
    for (const [name, value] of new URLSearchParams(location.search)) address.searchParams.set(name, value);
    link.href = address.href;
  });
}
