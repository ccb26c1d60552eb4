// Where the tiles of a call stand, for every number of people.
import { test } from "node:test";
import assert from "node:assert/strict";
import { planOf } from "../../assets/call-layout.js";

test("every tile has its place, and nothing lies over another", () => {
  for (const [width, height] of [[956, 620], [1256, 620], [360, 420], [620, 260], [320, 200]]) {
    for (const hasMain of [true, false]) {
      for (let count = 0; count <= 60; count += 1) {
        const plan = planOf({ width, height, count, hasMain, most: 12 });
        const boxes = [plan.main, ...plan.tiles, plan.more].filter((box) => box !== null);
        const at = `${width}×${height}, ${count}, ${hasMain}`;
        for (const box of boxes) {
          assert.ok(box.w > 0 && box.h > 0 && box.x >= -0.5 && box.y >= -0.5, at);
          assert.ok(box.x + box.w <= width + 0.5 && box.y + box.h <= height + 0.5, `${at}: ${JSON.stringify(box)}`);
        }
        for (const [n, one] of boxes.entries()) {
          for (const other of boxes.slice(n + 1)) {
            const apart = one.x + one.w <= other.x + 0.5 || other.x + other.w <= one.x + 0.5 || one.y + one.h <= other.y + 0.5 || other.y + other.h <= one.y + 0.5;
            assert.ok(apart, `${at}: ${JSON.stringify([one, other])}`);
          }
        }
        assert.equal(plan.more !== null, plan.tiles.length < count, at);
      }
    }
  }
});
