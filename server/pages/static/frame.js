/** What every page has: the switch of language, which keeps what is shown. */

for (const link of document.querySelectorAll("a[data-language]")) {
  if (!(link instanceof HTMLAnchorElement)) continue;
  const { href } = link;
  link.addEventListener("click", () => {
    const address = new URL(href);
    for (const [name, value] of new URLSearchParams(location.search)) address.searchParams.append(name, value);
    link.href = address.href;
  });
}
