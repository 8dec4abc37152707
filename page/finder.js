import { byId, isTyping, tell } from "./dom.js"
import { complain } from "./notices.js"

const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()

/** Finds tasks by words of their prompts, on all pages. Tells "find" with a function that says whether a task fits. */
export class Finder extends EventTarget {
  #tasks
  #input = byId("find")
  #loading = null

  constructor(tasks) {
    super()
    this.#tasks = tasks
    this.#input.addEventListener("input", () => this.#find())
    this.#input.addEventListener("keydown", event => event.key === "Escape" && this.clear())
    document.addEventListener("keydown", event => {
      if (event.key !== "/" || isTyping(event) || document.querySelector("dialog:modal")) return
      event.preventDefault()
      this.#input.focus()
    })
  }

  clear() {
    this.#input.value = ""
    this.#find()
  }

  #find() {
    this.#loading?.abort()
    const words = plain(this.#input.value).split(/\s+/u).filter(Boolean)
    tell(this, "find", task => {
      const prompt = plain(task.input?.prompt ?? "")
      return words.every(word => prompt.includes(word))
    })
    if (words.length > 0) this.#searchAll()
  }

  async #searchAll() {
    const { signal } = (this.#loading = new AbortController())
    byId("finding").hidden = false
    try {
      await this.#tasks.everything(signal)
    } catch (error) {
      complain(error)
    } finally {
      if (!signal.aborted || this.#input.value === "") byId("finding").hidden = true
    }
  }
}
