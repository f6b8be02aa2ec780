// Amounts in minor units, shown as shops in the shopper's language show them. How many digits a currency has, and how many
// of them people write, the server says with each price.

// Making one is slow (milliseconds on a telephone), and a scene has many prices.
const formats = new Map();

function format(language, currency, digits) {
  const key = `${language} ${currency} ${digits}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(language, { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }
  return formats.get(key);
}

/** `minor` units of a currency as text: 12000 TWD is NT$120. */
export function price({ minor, currency, minorDigits = 2, usualDigits = 2 }, language) {
  const amount = minor / 10 ** minorDigits;
  const digits = Number.isInteger(amount) ? usualDigits : minorDigits;
  const parts = format(language, currency, digits).formatToParts(amount);
  // In Taiwan a bare $ is what the browser writes, and what a visitor from elsewhere misreads.
  return parts.map(({ type, value }) => (type === 'currency' && value === '$' && currency === 'TWD' ? 'NT$' : value)).join('');
}
