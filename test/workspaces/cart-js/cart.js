/** Sums of a shopping cart; prices in cents. An item is `{name, price, quantity}`. */

/** The price of all items together. */
export function subtotal(items) {
  return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
}

/** How many things lie in the cart. */
export function itemCount(items) {
  return items.reduce((count, item) => count + item.quantity, 0);
}

/** The price after a discount in percent, rounded to whole cents. */
export function applyDiscount(price, percent) {
  return Math.round(price - price * percent);
}

/** Shipping is free from a limit on. */
export function shipping(price, { flat = 490, freeFrom = 5000 } = {}) {
  return price >= freeFrom ? 0 : flat;
}

/** The items without the named one. */
export function remove(items, name) {
  return items.filter((item) => item.name !== name);
}
