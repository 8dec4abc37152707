/** APIDot's price of a credit. */
const DOLLARS_PER_CREDIT = 0.005

const LOCALE = "en"
const WHEN = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" })
const NUMBER = new Intl.NumberFormat(LOCALE)
const SIZE = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 })

export const number = value => NUMBER.format(value)

export const many = (count, one) => `${number(count)} ${count === 1 ? one : `${one}s`}`

export const price = (credits, usd = String(Number((credits * DOLLARS_PER_CREDIT).toFixed(3)))) =>
  `${many(credits, "credit")} · $${usd}`

export const when = time => WHEN.format(new Date(time))

export const bytes = count => (count < 1_000_000 ? `${SIZE.format(count / 1000)} kB` : `${SIZE.format(count / 1_000_000)} MB`)

/** Such as 1:05 or 26:04:09. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const hours = Math.floor(seconds / 3600)
  const two = part => String(Math.floor(part)).padStart(2, "0")
  return hours > 0 ? `${hours}:${two((seconds / 60) % 60)}:${two(seconds % 60)}` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
}

export const standing = task => ({ not_started: "Waiting", running: "In progress", finished: "Finished", failed: "Failed" })[task.status]

export function short(prompt, length = 100) {
  const line = (prompt ?? "").replace(/\s+/gu, " ").trim()
  const letters = [...line]
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : line
}
