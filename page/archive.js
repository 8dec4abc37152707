/** ZIP files (PKWARE's APPNOTE, 4.3), stored as they are: pictures are compressed already. */

const long = number => [number & 0xffff, number >>> 16]

const LOCAL_HEADER = long(0x04034b50)
const CENTRAL_HEADER = long(0x02014b50)
const END = long(0x06054b50)
const VERSION = 20
const NAMES_ARE_UTF8 = 0x0800
/** 1 January 1980 */
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

/** Little-endian, as all machines with browsers are. */
const bytes = (...shorts) => new Uint16Array(shorts)

/** One file that holds all entries, at most 4 GB of them. */
export async function archive(entries) {
  const files = []
  const directory = []
  let offset = 0
  for (const { name, blob } of entries) {
    const encoded = new TextEncoder().encode(name)
    const size = long(blob.size)
    const facts = [VERSION, NAMES_ARE_UTF8, 0, 0, DATE, ...long(await crcOf(blob)), ...size, ...size, encoded.length, 0]
    const local = bytes(...LOCAL_HEADER, ...facts)
    directory.push(bytes(...CENTRAL_HEADER, VERSION, ...facts, 0, 0, 0, 0, 0, ...long(offset)), encoded)
    files.push(local, encoded, blob)
    offset += local.byteLength + encoded.length + blob.size
  }
  const central = new Blob(directory)
  const end = bytes(...END, 0, 0, entries.length, entries.length, ...long(central.size), ...long(offset), 0)
  return new Blob([...files, central, end], { type: "application/zip" })
}
