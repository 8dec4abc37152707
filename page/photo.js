/** The largest edge that a picture is scaled down to: as large as the model draws. */
const LONGEST_EDGE = 3840
const QUALITY = 0.9
const SCALES = [1, 0.75, 0.5, 0.35, 0.25]

const HEIC = "This browser cannot read HEIC. Export the photo as JPEG; an iPhone takes JPEG with Settings › Camera › Formats › Most Compatible."

/** What the API takes, by the first bytes of a file: its name and its stated type prove nothing. */
function typeOf(bytes) {
  const text = String.fromCharCode(...bytes)
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png"
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg"
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return "image/webp"
  if (text.startsWith("ftyp", 4) && /^(hei[cmsx]|hev[cmx]|mif1|msf1)/u.test(text.slice(8))) return "image/heic"
  return ""
}

/**
 * A photo as the API takes it: PNG, JPEG or WebP, at most so many bytes. One that is fit goes as it is. Another is drawn anew,
 * smaller where needed, which leaves its place and camera behind.
 */
export async function readPhoto(file, maxBytes, signal) {
  const type = typeOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()))
  signal.throwIfAborted()
  if (file.size === 0) throw new Error("This file is empty.")
  if (["image/png", "image/jpeg", "image/webp"].includes(type) && file.size <= maxBytes) return file.slice(0, file.size, type)
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(type === "image/heic" ? HEIC : "This browser cannot read the file as a picture. PNG, JPEG and WebP are fine.")
  })
  try {
    return await drawnAnew(bitmap, type === "image/jpeg" || type === "image/heic" ? "image/jpeg" : "image/webp", maxBytes, signal)
  } finally {
    bitmap.close()
  }
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
  throw new Error("This picture cannot be made small enough.")
}
