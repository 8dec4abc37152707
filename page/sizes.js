/** The API's rules of sizes, checked here while one types. */

export const PRESETS = ["1:1", "4:5", "3:4", "2:3", "9:16", "5:4", "4:3", "3:2", "16:9", "21:9"]

const STEP = 16
const LONGEST_EDGE = 3840
const WIDEST = 3
const FEWEST_PIXELS = 655_360
const MOST_PIXELS = 8_294_400

export function problems(width, height) {
  const found = []
  if (!(width > 0 && height > 0)) return ["Enter width and height in pixels."]
  if (width % STEP !== 0 || height % STEP !== 0) found.push(`Width and height must be multiples of ${STEP}.`)
  if (width > LONGEST_EDGE || height > LONGEST_EDGE) found.push(`Width and height can be at most ${LONGEST_EDGE}.`)
  if (Math.max(width, height) > WIDEST * Math.min(width, height)) found.push(`The longer edge can be at most ${WIDEST} times the shorter one.`)
  const pixels = width * height
  if (pixels < FEWEST_PIXELS) found.push("The picture needs at least 655,360 pixels, such as 1024 × 640.")
  if (pixels > MOST_PIXELS) found.push("The picture can have at most 8,294,400 pixels, such as 3840 × 2160.")
  return found
}

export const resolutionFor = (width, height) => (Math.max(width, height) >= LONGEST_EDGE ? "4K" : "2K")

/** Width by height of a requested size; a square where the model chooses. */
export function ratioOf(size) {
  const [width, height] = (size ?? "").split(/[:x]/u).map(Number)
  return width > 0 && height > 0 ? width / height : 1
}

export const sizeText = size => (size === undefined || size === "auto" ? "Auto" : size.replace("x", " × "))
