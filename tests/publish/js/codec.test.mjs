import assert from "node:assert/strict";
import test from "node:test";
import { readShape, readTable } from "../../../src/colocate/publish/assets/js/codec.mjs";

test("a column of levels and codes reads as text, -1 as unknown", () => {
  const rows = readTable({ id: [1, 2, 3], kind: { of: ["fire", "police"], at: [1, 0, -1] } });
  assert.deepEqual(
    rows.map((row) => row.kind),
    ["police", "fire", null],
  );
});

test("a table without columns has no rows", () => {
  assert.deepEqual(readTable({}), []);
});

test("a shape reads as northing and easting in metres, line by line", () => {
  // steps of 10 m, as colocate.publish.polyline writes them: (0, 0) (10, 20) and (-10, 0)
  assert.deepEqual(readShape("??AC @?"), [
    [
      [0, 0],
      [20, 10],
    ],
    [[0, -10]],
  ]);
});

test("an empty shape has no lines", () => {
  assert.deepEqual(readShape(""), []);
});
