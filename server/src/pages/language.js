// The language that the visitor chose earlier, here or on a store's own page, which keeps it under the same name. Links
// and addresses that ask for a language win; without storage every page is in the browser's language, and that is all.
(() => {
  const KEPT = 'vitrine.language';
  const stored = (use) => { try { return use(localStorage); } catch { return null; } };
  const here = new URL(location.href);
  const earlier = stored((storage) => storage.getItem(KEPT));
  const offered = [...document.querySelectorAll('link[rel="alternate"][hreflang]')].map((link) => link.hreflang);
  if (!here.searchParams.has('lang') && offered.includes(earlier) && earlier !== document.documentElement.lang) {
    here.searchParams.set('lang', earlier);
    location.replace(here);
  }
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('.langs a[hreflang]');
    if (link) stored((storage) => storage.setItem(KEPT, link.hreflang));
  });
})();
