import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyDiscount, itemCount, remove, shipping, subtotal } from './cart.js';

const items = [
  { name: 'pen', price: 150, quantity: 4 },
  { name: 'book', price: 2000, quantity: 1 },
];

test('subtotal', () => {
  assert.equal(subtotal(items), 2600);
});

test('item count', () => {
  assert.equal(itemCount(items), 5);
});

test('discount of 10 percent', () => {
  assert.equal(applyDiscount(2600, 10), 2340);
});

test('shipping', () => {
  assert.equal(shipping(4999), 490);
  assert.equal(shipping(5000), 0);
});

test('remove', () => {
  assert.deepEqual(remove(items, 'pen'), [items[1]]);
});
