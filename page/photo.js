import { make } from "./dom.js"

/** The model's own largest edge. */
const LONGEST_EDGE = 3840
const QUALITY = 0.9
/** Twice the height of a source on the page. */
const SMALL = 184
const SCALES = [1, 0.75, 0.5, 0.35, 0.25]

const HEIC = "This browser cannot read HEIC. Export the photo as JPEG; an iPhone takes JPEG with Settings › Camera › Formats › Most Compatible."

/** The type by the first bytes: a file's name and stated type may be wrong. */
function typeOf(bytes) {
  const text = String.fromCharCode(...bytes)
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png"
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg"
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return "image/webp"
  if (text.startsWith("ftyp", 4) && /^(hei[cmsx]|hev[cmx]|mif1|msf1)/u.test(text.slice(8))) return "image/heic"
  return ""
}

/**
 * The photo in a form that the API takes. A PNG, JPEG or WebP that is small enough stays as it is. Another one is drawn anew, and
 * smaller where needed, which removes the place and the camera from it.
 */
export async function readPhoto(file, maxBytes, signal) {
  const type = typeOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()))
  signal.throwIfAborted()
  if (file.size === 0) throw new Error("The file is empty. Choose another one.")
  if (["image/png", "image/jpeg", "image/webp"].includes(type) && file.size <= maxBytes) return file.slice(0, file.size, type)
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(type === "image/heic" ? HEIC : "This browser cannot read the file as a picture. Use a PNG, JPEG or WebP file.")
  })
  try {
    return await drawnAnew(bitmap, type === "image/jpeg" || type === "image/heic" ? "image/jpeg" : "image/webp", maxBytes, signal)
  } finally {
    bitmap.close()
  }
}

/** A small copy as a data: URL; undefined if the browser cannot draw the photo. */
export async function smallCopy(photo) {
  const bitmap = await createImageBitmap(photo, { resizeHeight: SMALL }).catch(() => null)
  if (bitmap === null) return undefined
  // Of a panorama, the middle.
  const canvas = make("canvas", { width: Math.min(bitmap.width, 2 * SMALL), height: SMALL })
  canvas.getContext("2d").drawImage(bitmap, (canvas.width - bitmap.width) / 2, 0)
  bitmap.close()
  return canvas.toDataURL("image/jpeg", QUALITY)
}

async function drawnAnew(bitmap, type, maxBytes, signal) {
  const largest = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height))
  for (const scale of SCALES) {
    signal.throwIfAborted()
    const [width, height] = [bitmap.width, bitmap.height].map(edge => Math.max(1, Math.round(edge * largest * scale)))
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext("2d").drawImage(bitmap, 0, 0, width, height)
    // A browser that cannot write WebP writes PNG.
    const blob = await canvas.convertToBlob({ type, quality: QUALITY })
    if (blob.size <= maxBytes) return blob
  }
  throw new Error("The picture is too large, and cannot be made small enough. Use a smaller one.")
}
