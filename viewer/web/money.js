// Amounts in minor units, shown as shops in the shopper's language show them.

// ISO 4217 gives these two decimals that nobody writes.
const WRITTEN_WHOLE = new Set(['TWD']);

/** `minor` units of a currency as text: 12000 TWD is NT$120. */
export function price({ minor, currency }, language) {
  const style = { style: 'currency', currency };
  const exponent = new Intl.NumberFormat('en', style).resolvedOptions().maximumFractionDigits;
  const amount = minor / 10 ** exponent;
  const whole = WRITTEN_WHOLE.has(currency) && Number.isInteger(amount);
  const parts = new Intl.NumberFormat(language, { ...style, ...(whole && { minimumFractionDigits: 0, maximumFractionDigits: 0 }) })
    .formatToParts(amount);
  // In Taiwan a bare $ is what the browser writes, and what a visitor from elsewhere misreads.
  return parts.map(({ type, value }) => (type === 'currency' && value === '$' && currency === 'TWD' ? 'NT$' : value)).join('');
}
