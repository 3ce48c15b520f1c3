/* What an address or a link names is unfolded before it is gone to, where the browser does not do so by itself. */
function unfold(name) {
  const named = name ? document.getElementById(decodeURIComponent(name)) : null;
  for (let at = named; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  return named;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link) unfold(link.hash.slice(1));
});
addEventListener("hashchange", () => unfold(location.hash.slice(1)));
unfold(location.hash.slice(1))?.scrollIntoView();
