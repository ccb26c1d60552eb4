// @ts-check
/** Where the tiles of a call stand: a pure function of the room there is and of what is to be shown. */

/** @typedef {{ x: number, y: number, w: number, h: number }} Box */
/** @typedef {{ main: Box | null, tiles: Box[], more: Box | null }} Plan `more` stands for all who have no tile */

const GAP = 8;
/** The column beside a shared screen, and the least width of a tile in the row below it. */
const SIDE = 236;
const SMALL = 118;
const LOW = 96;

/**
 * @param {number} width
 * @param {number} height
 * @param {number} count
 * @param {Box} at
 * @returns {Box[]}
 */
function grid(width, height, count, at) {
  if (count === 0) return [];
  let best = { columns: 1, w: 0, h: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const w = (width - GAP * (columns - 1)) / columns;
    const h = (height - GAP * (rows - 1)) / rows;
    // A picture is cut a little rather than shown small: nothing narrower than 4 : 5, nothing wider than 16 : 9.
    const fit = { w: Math.min(w, (h * 16) / 9), h: Math.min(h, (w * 5) / 4) };
    if (fit.w * fit.h > best.w * best.h * 1.001) best = { columns, ...fit };
  }
  const { columns, w, h } = best;
  const rows = Math.ceil(count / columns);
  const top = at.y + Math.max(0, (height - rows * h - GAP * (rows - 1)) / 2);
  return Array.from({ length: count }, (_, n) => {
    const row = Math.floor(n / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = at.x + Math.max(0, (width - inRow * w - GAP * (inRow - 1)) / 2);
    return { x: left + (n % columns) * (w + GAP), y: top + row * (h + GAP), w, h };
  });
}

/**
 * Of so many places one is given away to «ещё …» when more are to be shown.
 * @param {Box[]} places
 * @param {number} count
 * @returns {{ tiles: Box[], more: Box | null }}
 */
function fill(places, count) {
  if (count <= places.length) return { tiles: places.slice(0, count), more: null };
  return { tiles: places.slice(0, -1), more: places.at(-1) ?? null };
}

/**
 * A screen or a speaker large, the others beside and below.
 * @param {number} width
 * @param {number} height
 * @param {number} count
 * @returns {Plan}
 */
function beside(width, height, count) {
  const side = Math.min(SIDE, Math.floor(width / 4));
  const tall = Math.round((side * 9) / 16);
  const column = Math.max(1, Math.floor((height + GAP) / (tall + GAP)));
  const columnAt = (/** @type {number} */ h) =>
    Array.from({ length: Math.max(1, Math.floor((h + GAP) / (tall + GAP))) }, (_, n) => ({ x: width - side, y: n * (tall + GAP), w: side, h: tall }));
  if (count === 0) return { main: { x: 0, y: 0, w: width, h: height }, tiles: [], more: null };
  if (count <= column || height < 480) {
    return { main: { x: 0, y: 0, w: width - side - GAP, h: height }, ...fill(columnAt(height), count) };
  }
  const high = height - LOW - GAP;
  const inRow = Math.max(2, Math.floor((width + GAP) / (SMALL + GAP)));
  const w = (width - GAP * (inRow - 1)) / inRow;
  const row = Array.from({ length: inRow }, (_, n) => ({ x: n * (w + GAP), y: height - LOW, w, h: LOW }));
  return { main: { x: 0, y: 0, w: width - side - GAP, h: high }, ...fill([...columnAt(high), ...row], count) };
}

/**
 * A screen or a speaker above, the others in pairs below, as a phone is held.
 * @param {number} width
 * @param {number} height
 * @param {number} count
 * @returns {Plan}
 */
function above(width, height, count) {
  const high = count === 0 ? height : Math.round(Math.min((width * 5) / 8, height * 0.6));
  const w = (width - GAP) / 2;
  const left = height - high - GAP;
  const rows = Math.max(1, Math.min(2, Math.floor((left + GAP) / (72 + GAP))));
  const h = Math.min(w * 0.88, (left - GAP * (rows - 1)) / rows);
  const places = Array.from({ length: rows * 2 }, (_, n) => ({ x: (n % 2) * (w + GAP), y: high + GAP + Math.floor(n / 2) * (h + GAP), w, h }));
  return { main: { x: 0, y: 0, w: width, h: high }, ...fill(places, count) };
}

/**
 * @param {{ width: number, height: number, count: number, hasMain: boolean, most: number }} wanted `count` tiles
 * beside the main one, of which at most `most` may be shown
 * @returns {Plan}
 */
export function planOf({ width, height, count, hasMain, most }) {
  if (width <= 0 || height <= 0) return { main: null, tiles: [], more: null };
  if (hasMain) return width < 600 && height > width * 0.8 ? above(width, height, count) : beside(width, height, count);
  const shown = Math.min(count, most);
  const places = grid(width, height, shown, { x: 0, y: 0, w: width, h: height });
  return { main: null, ...fill(places, count) };
}
