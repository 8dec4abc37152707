import { byId, isTyping, tell } from "./dom.js"
import { complain, say } from "./notices.js"
import { ask } from "./question.js"
import { saveAll } from "./save.js"
import { isOpen } from "./tasks.js"
import { many } from "./words.js"

const AT_ONCE = 4

/** The chosen tasks. Tells "changed" with the set of their ids. */
export class Selection extends EventTarget {
  #tasks
  #chosen = new Set()
  #saving = null

  constructor(tasks) {
    super()
    this.#tasks = tasks
    tasks.addEventListener("removed", event => this.set(event.detail, false))
    byId("chosen-download").addEventListener("click", () => this.#download().catch(complain))
    byId("chosen-delete").addEventListener("click", () => this.delete([...this.#chosen]).catch(complain))
    byId("chosen-none").addEventListener("click", () => this.clear())
    document.addEventListener("keydown", event => {
      if (event.key === "Escape" && !isTyping(event) && !document.querySelector("dialog:modal")) this.clear()
    })
  }

  set(id, chosen) {
    if (chosen === this.#chosen.has(id)) return
    if (chosen) this.#chosen.add(id)
    else this.#chosen.delete(id)
    this.#draw()
  }

  clear() {
    this.#saving?.abort()
    this.#chosen.clear()
    this.#draw()
  }

  /** Asks, then deletes the ended ones of these tasks. True if the answer was yes. */
  async delete(ids) {
    const ended = ids.filter(id => !isOpen(this.#tasks.get(id)))
    if (ended.length === 0) return say("A task in progress cannot be deleted: it is paid for, and its picture may still arrive.", { problem: true }), false
    const one = ended.length === 1
    const kept = ids.length - ended.length
    const sure = await ask({
      title: one ? "Delete this picture?" : `Delete ${ended.length} pictures?`,
      text: `This cannot be undone.${kept > 0 ? ` ${many(kept, "task")} in progress will stay.` : ""}`,
      yes: "Delete",
    })
    if (!sure) return false
    const waiting = ended.values()
    const oneByOne = async () => {
      for (const id of waiting) await this.#tasks.delete(id)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, oneByOne))
    say(one ? "Deleted." : `${ended.length} deleted.`)
    return true
  }

  async #download() {
    const chosen = [...this.#chosen].map(id => this.#tasks.get(id)).filter(task => task.files?.length > 0)
    if (chosen.length === 0) return say("None of the chosen tasks has a picture.")
    this.#saving = new AbortController()
    const button = byId("chosen-download")
    button.disabled = true
    try {
      await saveAll(this.#tasks, chosen, { onFile: count => (button.textContent = `Downloading ${count}…`), signal: this.#saving.signal })
    } finally {
      button.disabled = false
      button.textContent = "Download"
    }
  }

  #draw() {
    const bar = byId("chosen")
    bar.hidden = this.#chosen.size === 0
    document.body.classList.toggle("choosing", !bar.hidden)
    byId("chosen-count").textContent = `${many(this.#chosen.size, "picture")} chosen`
    tell(this, "changed", this.#chosen)
  }
}
