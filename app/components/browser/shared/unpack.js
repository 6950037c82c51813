// The other half of packing.py: bytes -> { header, arrays: name -> typed array with .shape }.

const TYPED_ARRAYS = {
  uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array,
};

function unpack(bytes) {
  // A copy of its own: the message's buffer may start at an odd address, typed arrays may not.
  const buffer = bytes.slice().buffer;
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const arrays = {};
  for (const [name, { type, shape, offset }] of Object.entries(header.arrays)) {
    const length = shape.reduce((product, size) => product * size, 1);
    arrays[name] = new TYPED_ARRAYS[type](buffer, 4 + headerLength + offset, length);
    arrays[name].shape = shape;
  }
  return { header, arrays };
}
