/** ZIP files (PKWARE's APPNOTE, 4.3), stored as they are: pictures are compressed already. */

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const END = 0x06054b50
const VERSION = 20
const NAMES_ARE_UTF8 = 0x0800
/** 1 January 1980: the picture's own time is no business of the archive. */
const DATE = 0x0021

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

async function crcOf(blob) {
  let crc = ~0
  for await (const chunk of blob.stream()) for (const byte of chunk) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8)
  return ~crc >>> 0
}

function bytes(...numbers) {
  const view = new DataView(new ArrayBuffer(numbers.reduce((sum, [size]) => sum + size, 0)))
  let at = 0
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += size
  }
  return view
}

/** One file that holds all entries, each with its name; 4 GB at most. */
export async function archive(entries) {
  const files = []
  const directory = []
  let offset = 0
  let directoryBytes = 0
  for (const { name, blob } of entries) {
    const encoded = new TextEncoder().encode(name)
    const facts = [[2, VERSION], [2, NAMES_ARE_UTF8], [2, 0], [2, 0], [2, DATE], [4, await crcOf(blob)], [4, blob.size], [4, blob.size], [2, encoded.length], [2, 0]]
    const local = bytes([4, LOCAL_HEADER], ...facts)
    const central = bytes([4, CENTRAL_HEADER], [2, VERSION], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset])
    files.push(local, encoded, blob)
    directory.push(central, encoded)
    offset += local.byteLength + encoded.length + blob.size
    directoryBytes += central.byteLength + encoded.length
  }
  const end = bytes([4, END], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, directoryBytes], [4, offset], [2, 0])
  return new Blob([...files, ...directory, end], { type: "application/zip" })
}
