// The list in a frame of another site: only the store's own addresses may be shown there, so that every link that leads
// elsewhere opens in a window of its own.
if (parent !== window) {
  const own = location.pathname.replace(/\/list$/, '');
  for (const link of document.querySelectorAll('a[href]')) {
    const inside = link.origin === location.origin && (link.pathname === own || link.pathname.startsWith(`${own}/`));
    if (!inside) Object.assign(link, { target: '_blank', rel: 'noopener' });
  }
}
