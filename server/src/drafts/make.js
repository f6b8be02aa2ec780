// Suggests the store's name in addresses while its English name is typed, until somebody chooses one.
const slug = document.getElementById('slug');
const name = document.getElementById('name-en');
const slugOf = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 40).replace(/^-+|-+$/g, '');

if (slug && name) {
  let isOwn = slug.value !== '';
  slug.addEventListener('input', () => { isOwn = slug.value !== ''; });
  name.addEventListener('input', () => { if (!isOwn) slug.value = slugOf(name.value); });
}
