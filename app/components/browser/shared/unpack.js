// The other half of packing.py: bytes -> { header, arrays: name -> typed array with .shape }.

/** @typedef {import("./headers").ArrayPlace} ArrayPlace */
/**
 * Numbers with the shape that they have in Python, in row-major order.
 * @typedef {(Uint8Array | Uint16Array | Int32Array | Float32Array) & { shape: Array<number> }} ShapedArray
 */

const TYPED_ARRAYS = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
};

/**
 * A header as `headers.py` defines it, and arrays by name.
 * @template Header
 * @typedef {{ header: Header, arrays: Record<string, ShapedArray> }} Packed
 */

/**
 * @param {Uint8Array} bytes
 * @returns {Packed<any>}
 */
export function unpack(bytes) {
  // A copy of its own: the message's buffer may start at an odd address, typed arrays may not.
  const buffer = bytes.slice().buffer;
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  /** @type {Record<string, ShapedArray>} */
  const arrays = {};
  for (const [name, { type, shape, offset }] of Object.entries(
    /** @type {Record<string, ArrayPlace>} */ (header.arrays),
  )) {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = new TYPED_ARRAYS[type](buffer, 4 + headerLength + offset, length);
    arrays[name] = Object.assign(values, { shape });
  }
  return { header, arrays };
}
