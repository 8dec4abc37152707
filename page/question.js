import { byId } from "./dom.js"

/** Resolves to true for yes. */
export function ask({ title, text, yes }) {
  const dialog = byId("question")
  const [heading, words, no, button] = ["h2", "p", "[value=no]", "[value=yes]"].map(part => dialog.querySelector(part))
  heading.textContent = title
  words.textContent = text
  button.textContent = yes
  dialog.returnValue = "no"
  dialog.showModal()
  no.focus()
  return new Promise(resolve => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true })
  })
}
