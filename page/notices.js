import { byId, make } from "./dom.js"

const SHOWN_FOR = 6000

/** Shows a message for a while, and tells it to a screen reader. */
export function say(text, { problem = false } = {}) {
  const region = byId("notices")
  // Screen readers ignore what is outside a modal dialog.
  const dialog = [...document.querySelectorAll("dialog:modal")].at(-1)
  const home = dialog ?? document.body
  if (region.parentElement !== home) home.append(region)
  for (const other of region.children) if (other.textContent === text) other.remove()
  const notice = make("p", { class: problem ? "notice problem" : "notice" }, text)
  region.append(notice)
  setTimeout(() => notice.remove(), SHOWN_FOR)
}

export const complain = error => {
  if (error.name !== "AbortError") say(error.message, { problem: true })
}
